import { formatFloat, formatLabels, formatTestHistogram } from "@ferula/model";
import { defaultParseOptions } from "@ferula/promql-syntax";
import { createEngine, type ResultSeries } from "../../src/index.ts";
import { storageOf } from "../memory-storage.ts";

const MINUTE_MS = 60_000;
const engine = createEngine({
  syntax: { ...defaultParseOptions, experimentalFunctions: true, binopFillModifiers: true },
  lookbackMs: 2 * MINUTE_MS,
});

/** Counters and gauges of exponential and of custom buckets, series that change between floats and histograms, and classic buckets. */
const storage = storageOf(
  MINUTE_MS,
  'wait{job="a",i="0"} {{schema:0 sum:1 count:4 z_bucket:1 z_bucket_w:0.001 buckets:[1 2]}}+{{schema:0 sum:2 count:3 buckets:[1 2]}}x5',
  'wait{job="a",i="1"} {{schema:1 sum:9 count:8 buckets:[1 2 1 4]}}x1 {{schema:1 sum:1 count:3 buckets:[1 2]}}x3',
  'wait{job="b",i="0"} {{schema:0 sum:-1 count:5 n_buckets:[1 2] buckets:[1 1]}}x1 stale {{schema:0 sum:3 count:9 n_buckets:[2 4] buckets:[2 1]}}x2',
  'load{job="a"} {{schema:0 counter_reset_hint:gauge sum:5 count:10 buckets:[1 2 3 4]}} {{schema:-1 counter_reset_hint:gauge sum:3 count:6 buckets:[1 2 3]}}x4',
  'own{job="a"} {{schema:-53 sum:10 count:6 custom_values:[1 2 5] buckets:[1 2 1 2]}}+{{schema:-53 sum:5 count:4 custom_values:[1 2 5] buckets:[1 1 1 1]}}x5',
  'own{job="b"} {{schema:-53 sum:10 count:6 custom_values:[1 5 10] buckets:[1 2 1 2]}}x5',
  'mixed{job="a"} 1 2 {{schema:0 sum:1 count:3 buckets:[1 2]}}x1 4 5',
  'mixed{job="b"} {{schema:0 sum:1 count:3 buckets:[1 2]}} {{schema:-53 sum:10 count:6 custom_values:[1 2 5] buckets:[1 2 1 2]}}x1',
  'odd{job="a"} {{schema:0 sum:NaN count:9 buckets:[1 2 3]}}x5',
  'plain{job="a"} 0+1x5',
  'plain{job="b"} 5 4 3',
  'size_bucket{job="a",le="1"} 0+2x5',
  'size_bucket{job="a",le="5"} 0+3x5',
  'size_bucket{job="a",le="+Inf"} 0+4x5',
  'size_bucket{job="a"} _ _ {{schema:0 sum:1 count:3 buckets:[1 2]}} 7',
);

/** A query; its result as lines `labels value@minute …` or the text of its error; then, as lines, the warnings and infos. Lines are sorted. */
export type HistogramRow = readonly [query: string, want: readonly string[] | string, notes?: readonly string[]];

/** What a query gives over the first five minutes, in the form of `HistogramRow`. */
export async function histogramLines(query: string): Promise<HistogramRow> {
  try {
    const { series, annotations } = await engine.range(storage, query, 0, 5 * MINUTE_MS, MINUTE_MS);
    const { warnings, infos } = annotations.texts(query);
    const notes = [...warnings, ...infos].toSorted();
    const lines = series.map(lineOf).toSorted();
    return notes.length === 0 ? [query, lines] : [query, lines, notes];
  } catch (error) {
    return [query, (error as Error).message];
  }
}

function lineOf({ labels, timestampsMs, values, histogramTimestampsMs, histograms }: ResultSeries): string {
  const floats = [...values].map((value, i) => [timestampsMs[i], formatFloat(value)] as const);
  const others = histograms.map((histogram, i) => [histogramTimestampsMs[i], formatTestHistogram(histogram)] as const);
  const samples = [...floats, ...others].toSorted(([a], [b]) => a - b).map(([timeMs, text]) => `${text}@${timeMs / MINUTE_MS}`);
  return `${formatLabels(labels)} ${samples.join(" ")}`;
}
