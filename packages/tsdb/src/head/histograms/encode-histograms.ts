import type { FloatChunks } from "../float-chunks.ts";
import type { HistogramCheck } from "./histogram-check.ts";
import type { HistogramChunks } from "./histogram-chunks.ts";

/** Appends the histograms that were accepted to the chunks of their series, and lets go of the batch. */
export function encodeHistograms(check: HistogramCheck, floats: FloatChunks, histograms: HistogramChunks): void {
  const { accepted, previousTimestampsMs } = check;
  for (let i = 0; i < accepted.length; i++) {
    floats.finish(accepted[i].ref, previousTimestampsMs[i]);
    histograms.append(accepted[i]);
  }
  check.clear();
}
