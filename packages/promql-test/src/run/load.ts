import { createSampleBatch, type HistogramRow, type Labels, setStaleAt } from "@ferula/model";
import type { SeriesValue } from "@ferula/promql-syntax";
import type { Appender, SeriesRef } from "@ferula/storage";
import type { LoadCommand } from "../script/commands.ts";
import { ScriptError } from "../script/script-error.ts";
import { customBucketSeries } from "./custom-buckets.ts";

/** A sample of a script. */
export interface ScriptSample {
  readonly timestampMs: number;
  /** 0 where it is not known. */
  readonly startTimestampMs: number;
  readonly value: Exclude<SeriesValue, "_">;
}

/** A series with its samples, oldest first. */
export interface ScriptSeries {
  readonly labels: Labels;
  readonly samples: readonly ScriptSample[];
}

/**
 * Puts the samples of a `load` into the database, oldest first across all series, as a server receives them. Throws ScriptError when
 * one is not taken.
 */
export function load(appender: Appender, command: LoadCommand): void {
  const classic = command.series.map((series): ScriptSeries => ({
    labels: series.labels,
    samples: series.values.flatMap((value, i) => (value === "_" ? [] : [sampleAt(i * command.stepMs, value, series.startOffsetsMs?.[i])])),
  }));
  const all = command.withCustomBuckets ? [...classic, ...customBucketSeries(classic, command.line)] : classic;
  for (const [timestampMs, rows] of byTime(appender, all)) {
    // A series may have floats and histograms in turn, and in one batch the floats come first.
    const { appended } = appender.append(batchOf(timestampMs, rows));
    if (appended < rows.length) throw new ScriptError(command.line, `cannot store ${rows.length - appended} samples at ${timestampMs} ms`);
  }
}

type Row = readonly [SeriesRef, ScriptSample];

function sampleAt(timestampMs: number, value: ScriptSample["value"], startOffsetMs: number | undefined): ScriptSample {
  return { timestampMs, startTimestampMs: startOffsetMs === undefined ? 0 : timestampMs + startOffsetMs, value };
}

function byTime(appender: Appender, series: readonly ScriptSeries[]): readonly [number, readonly Row[]][] {
  const times = new Map<number, Row[]>();
  for (const { labels, samples } of series) {
    if (samples.length === 0) continue;
    const ref = appender.seriesRef(labels);
    for (const sample of samples) {
      const rows = times.get(sample.timestampMs);
      if (rows === undefined) times.set(sample.timestampMs, [[ref, sample]]);
      else rows.push([ref, sample]);
    }
  }
  return [...times].sort(([a], [b]) => a - b);
}

function batchOf(timestampMs: number, rows: readonly Row[]): ReturnType<typeof createSampleBatch> {
  const batch = createSampleBatch(rows.length);
  const startTimestampsMs = new Float64Array(rows.length);
  const histograms: HistogramRow[] = [];
  for (const [ref, { startTimestampMs, value }] of rows) {
    if (typeof value === "object") {
      histograms.push({ ref, timestampMs, startTimestampMs, histogram: value.histogram });
      continue;
    }
    const i = batch.length++;
    batch.refs[i] = ref;
    batch.timestampsMs[i] = timestampMs;
    startTimestampsMs[i] = startTimestampMs;
    if (value === "stale") setStaleAt(batch, i);
    else batch.values[i] = value;
  }
  return { ...batch, startTimestampsMs, histograms };
}
