import {
  ClassicHistogram,
  isHistogramError,
  type FloatHistogram,
  type Labels,
  labelPairs,
  labelsKey,
  labelsOf,
  labelValue,
  METRIC_NAME,
  toFloatHistogram,
  validateHistogram,
} from "@ferula/model";
import { parseGoFloat } from "@ferula/durations";
import { ScriptError } from "../script/script-error.ts";
import type { ScriptSample, ScriptSeries } from "./load.ts";

/** One classic histogram: what its series hold at each time. */
interface Gathered {
  readonly labels: Labels;
  readonly byTime: Map<number, ClassicHistogram>;
}

/**
 * The histograms with custom buckets that the classic ones among `series` make, one series for each (`load_with_nhcb`). Throws ScriptError
 * when the series contradict each other.
 */
export function customBucketSeries(series: readonly ScriptSeries[], line: number): readonly ScriptSeries[] {
  const gathered = new Map<string, Gathered>();
  for (const { labels, samples } of series) {
    const name = /^(.*)_(bucket|count|sum)$/s.exec(labelValue(labels, METRIC_NAME));
    if (name === null) continue;
    const bound = name[2] === "bucket" ? parseGoFloat(labelValue(labels, "le")) : 0;
    if (typeof bound !== "number" || Number.isNaN(bound)) continue;
    const own = labelsOf(
      labelPairs(labels).flatMap((pair) => (pair[0] === "le" ? [] : [pair[0] === METRIC_NAME ? ([METRIC_NAME, name[1]] as const) : pair])),
    );
    const key = labelsKey(own);
    const histogram = gathered.get(key) ?? { labels: own, byTime: new Map<number, ClassicHistogram>() };
    gathered.set(key, histogram);
    gather(samples, histogram.byTime, name[2], bound);
  }
  return [...gathered.values()].map(({ labels, byTime }) => ({
    labels,
    samples: [...byTime].sort(([a], [b]) => a - b).map(([timestampMs, histogram]) => converted(timestampMs, histogram, line)),
  }));
}

function gather(samples: readonly ScriptSample[], byTime: Map<number, ClassicHistogram>, suffix: string, bound: number): void {
  for (const { timestampMs, value } of samples) {
    if (typeof value === "object") continue;
    const histogram = byTime.get(timestampMs) ?? new ClassicHistogram();
    byTime.set(timestampMs, histogram);
    const number = value === "stale" ? NaN : value;
    if (suffix === "bucket") histogram.setBucket(bound, number);
    else if (suffix === "count") histogram.setCount(number);
    else histogram.setSum(number);
  }
}

function converted(timestampMs: number, classic: ClassicHistogram, line: number): ScriptSample {
  let histogram: FloatHistogram;
  try {
    histogram = toFloatHistogram(classic.convert());
  } catch (error) {
    if (isHistogramError(error))
      throw new ScriptError(line, `cannot convert the histogram at ${timestampMs} ms: ${error.message}`, { cause: error });
    throw error;
  }
  const fault = validateHistogram(histogram);
  if (fault !== undefined) throw new ScriptError(line, `cannot convert the histogram at ${timestampMs} ms: ${fault.message}`);
  return { timestampMs, startTimestampMs: 0, value: { histogram, hasCounterResetHint: false } };
}
