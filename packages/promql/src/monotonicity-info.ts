import { type Annotations, formatFloat, formatFloatE } from "@ferula/model";
import { forMetric } from "./annotations.ts";
import { utc, yearOf } from "./functions/calendar.ts";
import type { TextRange } from "./plan/nodes.ts";

/** The buckets whose counts were raised because they fell from one bound to the next, and by how much at most. */
export interface ForcedCounts {
  wasForced: boolean;
  minBound: number;
  maxBound: number;
  maxDiff: number;
}

/** No bucket was raised. */
export function noForcedCounts(): ForcedCounts {
  return { wasForced: false, minBound: Infinity, maxBound: -Infinity, maxDiff: 0 };
}

/** Gathers the histograms whose counts fell, for one info that sums them up (util/annotations/annotations.go). */
export interface MonotonicityInfo {
  /** Notes one histogram at one step. `metricName` may be empty; the first `pos` of a name is the one reported. */
  readonly note: (metricName: string, pos: TextRange, timeMs: number, forced: ForcedCounts) => void;
  /** Adds an info for each metric name that was noted. */
  readonly addTo: (annotations: Annotations) => void;
}

interface Summary extends ForcedCounts {
  readonly pos: TextRange;
  minTimeMs: number;
  maxTimeMs: number;
  count: number;
}

/** Nothing noted yet. */
export function createMonotonicityInfo(): MonotonicityInfo {
  const byName = new Map<string, Summary>();
  return {
    note: (metricName, pos, timeMs, forced) => {
      let summary = byName.get(metricName);
      if (summary === undefined) {
        summary = { ...noForcedCounts(), pos, minTimeMs: timeMs, maxTimeMs: timeMs, count: 0 };
        byName.set(metricName, summary);
      }
      summary.minBound = Math.min(summary.minBound, forced.minBound);
      summary.maxBound = Math.max(summary.maxBound, forced.maxBound);
      summary.maxDiff = Math.max(summary.maxDiff, forced.maxDiff);
      summary.minTimeMs = Math.min(summary.minTimeMs, timeMs);
      summary.maxTimeMs = Math.max(summary.maxTimeMs, timeMs);
      summary.count++;
    },
    addTo: (annotations) => {
      for (const [name, summary] of byName) annotations.addInfo(textOf(name, summary), summary.pos);
    },
  };
}

function textOf(metricName: string, { minBound, maxBound, maxDiff, count, minTimeMs, maxTimeMs }: Summary): string {
  return (
    "PromQL info: input to histogram_quantile needed to be fixed for monotonicity " +
    "(see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)" +
    forMetric(metricName) +
    `, from buckets ${formatFloat(minBound)} to ${formatFloat(maxBound)}, with a max diff of ${twoDigits(maxDiff)}, ` +
    `over ${count} samples from ${wholeSeconds(minTimeMs)} to ${wholeSeconds(maxTimeMs)}`
  );
}

/** As Go's `%.2g` prints a number that isn't negative. */
function twoDigits(value: number): string {
  const rounded = roundToTwoDigits(value);
  return rounded === 0 || (rounded >= 1e-4 && rounded < 100) ? String(rounded) : formatFloatE(rounded);
}

/** `toPrecision` rounds what lies in the middle up, Go rounds it to the even digit. */
function roundToTwoDigits(value: number): number {
  const middle = /^(\d\.[02468])50*(e.*)$/.exec(value.toExponential(20));
  return middle === null ? Number(value.toPrecision(2)) : Number(middle[1] + middle[2]);
}

/** RFC 3339 in whole seconds, as Go prints any year. */
function wholeSeconds(timeMs: number): string {
  const year = yearOf(timeMs / 1000);
  const digits = String(Math.abs(year)).padStart(4, "0");
  return `${year < 0 ? "-" : ""}${digits}${utc(timeMs / 1000)
    .toISOString()
    .slice(4, 19)}Z`;
}
