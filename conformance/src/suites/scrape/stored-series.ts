import { nodeFiles } from "@ferula/files";
import { createSharedMemory } from "@ferula/kernels";
import { noLogger } from "@ferula/logging";
import {
  createHistogramColumns,
  createMatcher,
  createSampleColumns,
  type FloatHistogram,
  isStaleAt,
  labelsToJson,
  type SampleColumns,
} from "@ferula/model";
import { type Db, openDb } from "@ferula/tsdb";

type SeriesSet = ReturnType<ReturnType<Db["querier"]>["select"]>;

/** A stored sample. */
export interface StoredSample {
  readonly timestampMs: number;
  /** To the last bit: a number, `stale`, a NaN with its bits, or the fields of a histogram. */
  readonly value: string;
  /** When its counter began; 0 where that is not stored. */
  readonly startMs: number;
}

/** A stored series. */
export interface StoredSeries {
  readonly labels: ReadonlyMap<string, string>;
  readonly samples: readonly StoredSample[];
}

/** All series with the label `case` in the folder of a server that has stopped; stale markers, which no query shows, among the samples. */
export async function storedSeries(dir: string): Promise<readonly StoredSeries[]> {
  const db = await openDb({
    dir,
    files: nodeFiles,
    shared: createSharedMemory(),
    logger: noLogger,
    maintainsItself: false,
    // Else start times of the log would be left out.
    floatEncoding: "xor2",
    keepsHistogramStarts: true,
    logsStarts: true,
  });
  const querier = db.querier(-(2 ** 53), 2 ** 53);
  try {
    const set = querier.select([createMatcher("!=", "case", "")], { withStarts: true });
    const all = Array.from({ length: set.seriesCount }, (_, i) => {
      const starts = startsOf(set, i);
      return {
        labels: new Map(Object.entries(labelsToJson(set.labels(i)))),
        samples: [...floatsOf(set, i), ...histogramsOf(set, i)]
          .map((sample) => ({ ...sample, startMs: starts.get(sample.timestampMs) ?? 0 }))
          .toSorted((a, b) => a.timestampMs - b.timestampMs),
      };
    });
    return all.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  } finally {
    querier.close();
    await db.close();
  }
}

/** A storage promises no order of series. */
function nameOf({ labels }: StoredSeries): string {
  return JSON.stringify([...labels]);
}

/** By the time of a sample. */
function startsOf(set: SeriesSet, i: number): ReadonlyMap<number, number> {
  const columns = { length: 0, timestampsMs: new Float64Array(64), startsMs: new Float64Array(64) };
  set.readStarts?.(i, columns);
  return new Map(Array.from({ length: columns.length }, (_, k) => [columns.timestampsMs[k] ?? 0, columns.startsMs[k] ?? 0]));
}

type ReadSample = Omit<StoredSample, "startMs">;

function floatsOf(set: SeriesSet, i: number): readonly ReadSample[] {
  const columns = createSampleColumns(64);
  set.read(i, columns);
  return Array.from({ length: columns.length }, (_, k) => ({ timestampMs: columns.timestampsMs[k] ?? 0, value: floatText(columns, k) }));
}

function floatText(columns: SampleColumns, i: number): string {
  const { values } = columns;
  const value = values[i] ?? 0;
  if (isStaleAt(columns, i)) return "stale";
  if (Number.isNaN(value)) return `NaN:${new DataView(values.buffer, values.byteOffset).getBigUint64(8 * i, true).toString(16)}`;
  return Object.is(value, -0) ? "-0" : String(value);
}

function histogramsOf(set: SeriesSet, i: number): readonly ReadSample[] {
  const columns = createHistogramColumns(64);
  set.readHistograms(i, columns);
  return columns.histograms
    .slice(0, columns.length)
    .map((histogram, k) => ({ timestampMs: columns.timestampsMs[k] ?? 0, value: histogramText(histogram) }));
}

function histogramText(histogram: FloatHistogram): string {
  if (histogram.isStale) return "stale histogram";
  const { counterResetHint, schema, zeroThreshold, zeroCount, count, sum } = histogram;
  const { positiveSpans, positiveBuckets, negativeSpans, negativeBuckets, customValues } = histogram;
  const arrays = [positiveSpans, positiveBuckets, negativeSpans, negativeBuckets, customValues].map((array) => `[${array.join(" ")}]`);
  return `${counterResetHint} schema ${schema} zero ${zeroCount} within ${zeroThreshold} count ${count} sum ${sum} ${arrays.join(" ")}`;
}
