import { STALE_NAN_HIGH, STALE_NAN_LOW, type SampleColumns } from "@ferula/model";
import { type StepColumn, countPresent } from "../columns.ts";
import type { VectorNode } from "../plan/nodes.ts";
import type { OperatorContext } from "./context.ts";
import type { Operator, OutputSeries } from "./operator.ts";

type VectorSelectorNode = Extract<VectorNode, { kind: "vector-selector" }>;

/**
 * For each step the newest sample in `(time - lookback, time]`, unless that one is a stale marker. With `wantTimestamps` the steps hold
 * that sample's time in seconds instead of its value.
 */
export function vectorSelector(context: OperatorContext, node: VectorSelectorNode, wantTimestamps: boolean): Operator {
  const input = context.selectors[node.selector];
  const { evaluation } = context;
  const isCounted = new Uint8Array(input.seriesCount);

  return {
    series: () => {
      const series: OutputSeries[] = [];
      for (let i = 0; i < input.seriesCount; i++) series.push({ labels: input.set.labels(i), dropName: false });
      return series;
    },
    read: (index, out) => {
      readLatest(input.samples(index), node, wantTimestamps, out);
      if (isCounted[index] === 1) return;
      isCounted[index] = 1;
      evaluation.countSamples(countPresent(out.present, node.grid.stepCount));
    },
  };
}

function readLatest(samples: SampleColumns, node: VectorSelectorNode, wantTimestamps: boolean, out: StepColumn): void {
  const { timestampsMs, values, valueBits, length } = samples;
  const { grid, lookbackMs, offsetMs, atMs } = node;
  const { startMs, stepMs, stepCount } = grid;
  const outValues = out.values;
  const present = out.present;
  let next = 0;
  for (let k = 0; k < stepCount; k++) {
    const timeMs = (atMs === undefined ? startMs + k * stepMs : atMs) - offsetMs;
    while (next < length && timestampsMs[next] <= timeMs) next++;
    const i = next - 1;
    if (i < 0 || timestampsMs[i] <= timeMs - lookbackMs) {
      present[k] = 0;
      continue;
    }
    const value = values[i];
    // Only a NaN can be the stale marker, and NaNs are told apart by their bits.
    if (value !== value && valueBits[2 * i] === STALE_NAN_LOW && valueBits[2 * i + 1] === STALE_NAN_HIGH) {
      present[k] = 0;
      continue;
    }
    present[k] = 1;
    outValues[k] = wantTimestamps ? timestampsMs[i] / 1000 : value;
  }
}
