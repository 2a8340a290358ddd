import { detectReset, type FloatHistogram } from "@ferula/model";
import { isStartReset } from "./start-reset.ts";

/** The histograms of a window, beside its floats: [from, to) of the columns. They are only read. The same object serves every window of a series. */
export interface HistogramWindow {
  timestampsMs: Float64Array;
  histograms: readonly FloatHistogram[];
  from: number;
  to: number;
  /** What is known of each histogram and the one before it: one of the `RESET_` values below. Windows overlap, so each pair is compared once. */
  resets: Uint8Array;
  /** When the counters of the histograms began; empty where nobody asked. */
  startsMs: Float64Array;
}

const RESET_UNKNOWN = 0;
const RESET_NO = 1;
const RESET_YES = 2;

/** A window for the first `length` histograms of a series, not yet moved anywhere. */
export function createHistogramWindow(): HistogramWindow {
  return { timestampsMs: new Float64Array(0), histograms: [], from: 0, to: 0, resets: new Uint8Array(0), startsMs: new Float64Array(0) };
}

/** Turns to the `length` histograms of another series. */
export function turnTo(window: HistogramWindow, timestampsMs: Float64Array, histograms: readonly FloatHistogram[], length: number): void {
  window.timestampsMs = timestampsMs;
  window.histograms = histograms;
  if (window.resets.length < length) window.resets = new Uint8Array(2 * length);
  else window.resets.fill(RESET_UNKNOWN, 0, length);
}

/** Whether the counter was reset between histogram `i` and the one before, which may lie before the window. */
export function isResetAt({ timestampsMs, histograms, resets, startsMs }: HistogramWindow, i: number): boolean {
  if (resets[i] === RESET_UNKNOWN) {
    const isReset = (startsMs.length > 0 && isStartReset(startsMs, timestampsMs, i)) || detectReset(histograms[i], histograms[i - 1]);
    resets[i] = isReset ? RESET_YES : RESET_NO;
  }
  return resets[i] === RESET_YES;
}
