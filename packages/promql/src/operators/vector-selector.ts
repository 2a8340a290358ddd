import { createHistogramColumns, type HistogramColumns, STALE_NAN_HIGH, STALE_NAN_LOW, type SampleColumns } from "@ferula/model";
import { ABSENT, FLOAT, putHistogram, sampleCost, type StepColumn } from "../columns.ts";
import type { VectorNode } from "../plan/nodes.ts";
import { tallyColumn } from "../sample-tally.ts";
import type { OperatorContext } from "./context.ts";
import { withoutBuckets } from "./histogram-stats.ts";
import type { Operator } from "./operator.ts";
import { readAll } from "./read-all.ts";
import { selectedSeries, selectedSymbols } from "./selected-series.ts";

type VectorSelectorNode = Extract<VectorNode, { kind: "vector-selector" }>;

/**
 * For each step the newest sample in `(time - lookback, time]`, unless that one is a stale marker. With `wantTimestamps` the steps hold
 * that sample's time in seconds instead of its value.
 */
export function vectorSelector(context: OperatorContext, node: VectorSelectorNode, wantTimestamps: boolean): Operator {
  const input = context.selectors[node.selector];
  const { evaluation, tally } = context;
  const isCounted = new Uint8Array(input.seriesCount);
  const stats = createHistogramColumns(0);

  const operator: Operator = {
    series: () => selectedSeries(input.set),
    symbolSeries: () => selectedSymbols(input.set),
    read: (index, out) => {
      const samples = input.samples(index);
      const histograms = input.histograms(index);
      out.hasHistograms = false;
      // Fast path: hardly a series has both kinds of samples, and most have floats.
      if (histograms.length === 0) readLatest(samples, node, wantTimestamps, out);
      else readLatestOfBoth(samples, node.statsOnly ? withoutBuckets(histograms, stats) : histograms, node, wantTimestamps, out);
      if (isCounted[index] === 1) return;
      isCounted[index] = 1;
      const cost = sampleCost(out, node.grid.stepCount);
      tallyColumn(tally, out, cost);
      evaluation.countSamples(cost);
    },
  };
  return evaluation.statsLevel === "cheap" ? operator : readAll(operator, node.grid, evaluation, () => true);
}

function readLatest(samples: SampleColumns, node: VectorSelectorNode, wantTimestamps: boolean, out: StepColumn): void {
  const { timestampsMs, values, valueBits, length } = samples;
  const { grid, lookbackMs, offsetMs, atMs } = node;
  const { startMs, stepMs, stepCount } = grid;
  const outValues = out.values;
  const present = out.present;
  // Not a choice at each step: one of two numbers, the second of which may be undefined, is boxed each time.
  const firstMs = (atMs ?? startMs) - offsetMs;
  const advanceMs = atMs === undefined ? stepMs : 0;
  let next = 0;
  for (let k = 0; k < stepCount; k++) {
    const timeMs = firstMs + k * advanceMs;
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

/** As `readLatest`, where the newest sample may be a histogram. */
function readLatestOfBoth(
  { timestampsMs, values, valueBits, length }: SampleColumns,
  { timestampsMs: histogramTimesMs, histograms, length: histogramCount }: HistogramColumns,
  { grid, lookbackMs, offsetMs, atMs }: VectorSelectorNode,
  wantTimestamps: boolean,
  out: StepColumn,
): void {
  const { startMs, stepMs, stepCount } = grid;
  const { present } = out;
  let next = 0;
  let nextHistogram = 0;
  for (let k = 0; k < stepCount; k++) {
    const timeMs = (atMs === undefined ? startMs + k * stepMs : atMs) - offsetMs;
    while (next < length && timestampsMs[next] <= timeMs) next++;
    while (nextHistogram < histogramCount && histogramTimesMs[nextHistogram] <= timeMs) nextHistogram++;
    const floatMs = next === 0 ? -Infinity : timestampsMs[next - 1];
    const histogramMs = nextHistogram === 0 ? -Infinity : histogramTimesMs[nextHistogram - 1];
    const newestMs = Math.max(floatMs, histogramMs);
    const isFloat = floatMs > histogramMs;
    present[k] = ABSENT;
    if (newestMs <= timeMs - lookbackMs) continue;
    const i = next - 1;
    const isStale = isFloat
      ? valueBits[2 * i] === STALE_NAN_LOW && valueBits[2 * i + 1] === STALE_NAN_HIGH
      : histograms[nextHistogram - 1].isStale;
    if (isStale) continue;
    if (isFloat || wantTimestamps) {
      present[k] = FLOAT;
      out.values[k] = wantTimestamps ? newestMs / 1000 : values[i];
    } else {
      putHistogram(out, k, histograms[nextHistogram - 1]);
    }
  }
}
