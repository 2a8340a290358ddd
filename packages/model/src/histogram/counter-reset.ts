import type { CounterResetHint, FloatHistogram } from "./histogram.ts";

/**
 * Sets the hint of a histogram to which one with the hint `other` is added or from which it is taken: gauges stay gauges and make gauges,
 * what is unknown makes unknown. Returns whether one marked a reset and the other that there was none. Source: `adjustCounterReset`.
 */
export function adjustCounterReset(histogram: FloatHistogram, other: CounterResetHint): boolean {
  const own = histogram.counterResetHint;
  if (own === other || own === "gauge") return false;
  if (other === "gauge") {
    histogram.counterResetHint = "gauge";
    return false;
  }
  histogram.counterResetHint = "unknown";
  return own !== "unknown" && other !== "unknown";
}
