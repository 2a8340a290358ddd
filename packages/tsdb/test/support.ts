import { createFaultyFiles, type FaultyFiles, type Files } from "@ferula/files";
import { createSharedMemory } from "@ferula/kernels";
import { noLogger } from "@ferula/logging";
import {
  createMatcher,
  createSampleBatch,
  createSampleColumns,
  formatLabels,
  labelsOf,
  type Labels,
  type Matcher,
  type SampleBatch,
} from "@ferula/model";
import { openDb, type Db, type TsdbOptions } from "../src/index.ts";

/** `[label set, milliseconds, value]`; a label set is written `a=1,b=2`. */
export type Sample = readonly [string, number, number];

/** A database on the disk of a test. No lock: a test opens again what it "killed". */
export function openTestDb(files: Files, options: Partial<TsdbOptions> = {}): Promise<Db> {
  return openDb({
    dir: "/data",
    files,
    shared: createSharedMemory(),
    logger: noLogger,
    noLockfile: true,
    maintainsItself: false,
    ...options,
  });
}

/** A disk with the data folder on it. */
export function testDisk(): FaultyFiles {
  const files = createFaultyFiles();
  files.makeFolder("/data/wal");
  files.syncFolder("/data/wal");
  return files;
}

export function labelsFrom(text: string): Labels {
  return labelsOf(
    text === ""
      ? []
      : text.split(",").map((pair) => {
          const [name, value] = pair.split("=");
          return [name, value] as const;
        }),
  );
}

export function batchOf(db: Db, samples: readonly Sample[]): SampleBatch {
  const batch = createSampleBatch(Math.max(1, samples.length));
  batch.length = samples.length;
  samples.forEach(([labels, timestampMs, value], i) => {
    batch.refs[i] = db.seriesRef(labelsFrom(labels));
    batch.timestampsMs[i] = timestampMs;
    batch.values[i] = value;
  });
  return batch;
}

/** Everything that matches in the range: for each series its labels and `ms:value` pairs, sorted by labels. */
export function readAll(
  db: Db,
  matchers: readonly Matcher[] = [createMatcher("=~", "__name__", ".*")],
  minMs = -Infinity,
  maxMs = Infinity,
): Record<string, string> {
  const querier = db.querier(minMs, maxMs);
  try {
    const set = querier.select(matchers);
    const out = createSampleColumns(4);
    const found: [string, string][] = [];
    for (let i = 0; i < set.seriesCount; i++) {
      set.read(i, out);
      const samples = Array.from({ length: out.length }, (_, k) => `${out.timestampsMs[k]}:${textOfValue(out.values[k])}`);
      if (samples.length > 0) found.push([formatLabels(set.labels(i)), samples.join(" ")]);
    }
    return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
  } finally {
    querier.close();
  }
}

/** Tells -0 from 0. */
function textOfValue(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** The value of a self metric that is one number. */
export function metricValue(db: Db, name: string): number {
  const sources = db.metrics.filter((one) => one.name === name);
  const values = sources.flatMap((source) => ("value" in source ? [source.value()] : []));
  if (values.length === 0) throw new Error(`there is no number ${name}`);
  return values.reduce((sum, value) => sum + value);
}
