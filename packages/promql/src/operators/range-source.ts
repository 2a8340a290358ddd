import { STALE_NAN_HIGH, STALE_NAN_LOW, type SampleColumns, growSampleColumns } from "@ferula/model";
import { compactSteps, countPresent } from "../columns.ts";
import type { RangeNode } from "../plan/nodes.ts";
import { type OperatorContext, scratchFor } from "./context.ts";
import type { OutputSeries, RangeSource } from "./operator.ts";

/** The samples that the windows of a range vector slide over: a selector's own, or the steps of a subquery. */
export function rangeSource(context: OperatorContext, node: RangeNode): RangeSource {
  switch (node.kind) {
    case "matrix-selector":
      return selectedSamples(context, node.selector);
    case "subquery":
      return subquerySamples(context, node);
  }
}

function selectedSamples(context: OperatorContext, selector: number): RangeSource {
  const input = context.selectors[selector];
  return {
    series: () => {
      const series: OutputSeries[] = [];
      for (let i = 0; i < input.seriesCount; i++) series.push({ labels: input.set.labels(i), dropName: false });
      return series;
    },
    read: (index, out) => copyWithoutStale(input.samples(index), out),
  };
}

function copyWithoutStale(samples: SampleColumns, out: SampleColumns): void {
  const { timestampsMs, valueBits, length } = samples;
  growSampleColumns(out, length);
  const outTimestampsMs = out.timestampsMs;
  const outBits = out.valueBits;
  let count = 0;
  for (let i = 0; i < length; i++) {
    const low = valueBits[2 * i];
    const high = valueBits[2 * i + 1];
    if (low === STALE_NAN_LOW && high === STALE_NAN_HIGH) continue;
    outTimestampsMs[count] = timestampsMs[i];
    outBits[2 * count] = low;
    outBits[2 * count + 1] = high;
    count++;
  }
  out.length = count;
}

function subquerySamples(context: OperatorContext, node: Extract<RangeNode, { kind: "subquery" }>): RangeSource {
  const { grid } = node.child;
  if (grid.stepCount === 0) return { series: () => [], read: () => undefined };
  const child = context.build(node.child);
  const column = scratchFor(grid);
  return {
    series: child.series,
    read: (index, out) => {
      child.read(index, column);
      growSampleColumns(out, countPresent(column.present, grid.stepCount));
      out.length = compactSteps(column, grid, out.timestampsMs, out.values);
    },
  };
}
