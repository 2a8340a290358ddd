import { describe, expect, test } from "@jest/globals";
import { createFaultyFiles, flipBit, type FaultyFiles, type Files } from "@ferula/files";
import {
  createFloatHistogram,
  createHistogramColumns,
  createMatcher,
  createSampleBatch,
  formatLabels,
  labelsOf,
  STALE_NAN_HIGH,
  STALE_NAN_LOW,
} from "@ferula/model";
import type { Db, TsdbOptions } from "../../src/index.ts";
import { listSnapshots } from "../../src/snapshot/snapshot-folder.ts";
import { batchOf, openTestDb, readAll, type Sample } from "../support.ts";

const BASE_MS = 1_700_000_000_000;
const everything = [createMatcher("=~", "__name__", ".*")];

const options: Partial<TsdbOptions> = { snapshotOnClose: true, exemplarLimit: 50, logsMetadata: true, maintainsItself: false };

const open = (files: Files, more: Partial<TsdbOptions> = {}): Promise<Db> => openTestDb(files, { ...options, ...more });

function disk(): FaultyFiles {
  const files = createFaultyFiles();
  files.makeFolder("/data/wal");
  files.syncFolder("/data/wal");
  return files;
}

/** Two series of floats with finished chunks, one that goes stale, one of histograms, one with a short chunk; deleted samples; exemplars; metadata. */
async function fill(db: Db, fromStep = 0, steps = 260): Promise<void> {
  for (let step = fromStep; step < fromStep + steps; step++) {
    const ms = BASE_MS + step * 15_000;
    const samples: Sample[] = [
      ["__name__=a", ms, step / 3],
      ["__name__=b", ms, step % 7 === 0 ? -0 : step],
    ];
    if (step % 50 === 3) samples.push(["__name__=seldom", ms, step]);
    db.append(batchOf(db, samples));
    appendHistogram(db, ms, step);
    if (step % 40 === 0) {
      const ref = db.seriesRef(labelsOf({ __name__: "a" }));
      db.appendExemplars([{ ref, timestampMs: ms, value: step, labels: ["trace", `t${step}`] }]);
    }
  }
  const last = BASE_MS + (fromStep + steps) * 15_000;
  const stale = batchOf(db, [["__name__=b", last, 0]]);
  stale.valueBits.set([STALE_NAN_LOW, STALE_NAN_HIGH]);
  db.append(stale);
  db.appendMetadata([{ ref: db.seriesRef(labelsOf({ __name__: "a" })), type: "counter", unit: "", help: "A." }]);
  await db.deleteSeries(BASE_MS + 60_000, BASE_MS + 120_000, [createMatcher("=", "__name__", "a")]);
}

function appendHistogram(db: Db, timestampMs: number, step: number): void {
  const histogram = { ...createFloatHistogram(), count: step + 3, sum: step * 2, zeroCount: 1, positiveSpans: Int32Array.of(0, 2) };
  histogram.positiveBuckets = Float64Array.of(1, step + 1);
  const ref = db.seriesRef(labelsOf({ __name__: "h" }));
  db.append({ ...createSampleBatch(0), histograms: [{ ref, timestampMs, startTimestampMs: 0, histogram }] });
}

/** All that can be read of a database, as text. */
function contents(db: Db): unknown {
  return {
    floats: readAll(db),
    histograms: histogramsOf(db),
    exemplars: db.exemplars(-Infinity, Infinity, [[]]),
    metadata: db.seriesMetadata(db.seriesRef(labelsOf({ __name__: "a" }))),
  };
}

function histogramsOf(db: Db): Record<string, string[]> {
  const querier = db.querier(-Infinity, Infinity);
  const set = querier.select(everything);
  const columns = createHistogramColumns(1);
  const found: Record<string, string[]> = {};
  for (let i = 0; i < set.seriesCount; i++) {
    set.readHistograms(i, columns);
    const texts = Array.from({ length: columns.length }, (_, k) => {
      const { count, sum, positiveBuckets } = columns.histograms[k];
      return `${columns.timestampsMs[k]} ${count} ${sum} ${positiveBuckets.join()}`;
    });
    if (texts.length > 0) found[formatLabels(set.labels(i))] = texts;
  }
  querier.close();
  return found;
}

/** Empties all segments of the log: what is read then is the snapshot's and the chunk files'. */
function emptyLog(files: Files): void {
  for (const name of files.readFolder("/data/wal")) {
    const file = files.open(`/data/wal/${name}`, "update");
    file.truncate(0);
    file.close();
  }
}

function metric(db: Db, name: string): number | undefined {
  const source = db.metrics.find((one) => one.name === `prometheus_tsdb_${name}`);
  return source !== undefined && "value" in source ? source.value() : undefined;
}

test("all that was in memory is there after a start that reads no log", async () => {
  const files = disk();
  const db = await open(files);
  await fill(db);
  const want = contents(db);
  await db.close();
  const chunksBefore = files.readFolder("/data/chunks_head");
  const again = await open(files);
  // What the log has behind the snapshot is the metadata.
  expect({ samples: again.replayed.samples, records: again.replayed.records }).toEqual({ samples: 0, records: 1 });
  expect(contents(again)).toEqual(want);
  expect(metric(again, "head_series")).toBe(4);
  expect(files.readFolder("/data/chunks_head")).toEqual(chunksBefore);
  await again.close();
});

test("the log itself is not needed", async () => {
  const files = disk();
  const db = await open(files, { logsMetadata: false });
  await fill(db);
  const want = contents(db);
  await db.close();
  emptyLog(files);
  const again = await open(files, { logsMetadata: false });
  expect(contents(again)).toEqual({ ...(want as object), metadata: undefined });
  await again.close();
});

test("what is appended after a start makes the same chunks as if there had been none", async () => {
  const [whole, parts] = [disk(), disk()];
  const one = await open(whole);
  await fill(one, 0, 100);
  await fill(one, 100, 300);
  await one.close();
  const first = await open(parts);
  await fill(first, 0, 100);
  await first.close();
  const second = await open(parts);
  await fill(second, 100, 300);
  await second.close();
  expect(parts.readFile("/data/chunks_head/000001").length).toBeGreaterThan(1000);
  const ofWhole = await open(whole);
  const ofParts = await open(parts);
  expect(contents(ofParts)).toEqual(contents(ofWhole));
  expect(metric(ofParts, "head_chunks")).toBe(metric(ofWhole, "head_chunks"));
  await ofWhole.close();
  await ofParts.close();
});

test("a process that is killed leaves the snapshot before it, which the log behind it completes", async () => {
  const files = disk();
  const db = await open(files);
  await fill(db, 0, 100);
  await db.close();
  const killed = await open(files);
  await fill(killed, 100, 200);
  const want = contents(killed);
  const again = await open(files);
  expect(again.replayed.samples).toBeGreaterThan(0);
  expect(contents(again)).toEqual(want);
  await again.close();
  expect(listSnapshots(files, "/data")).toHaveLength(1);
  await killed.close();
});

test("one that is ahead of the log is removed", async () => {
  const files = disk();
  const db = await open(files);
  await fill(db, 0, 10);
  await db.close();
  for (const name of files.readFolder("/data/wal")) files.unlink(`/data/wal/${name}`);
  const again = await open(files);
  expect(listSnapshots(files, "/data")).toEqual([]);
  expect(readAll(again)).toEqual({});
  await again.close();
});

test("what a block holds by now is left out of it", async () => {
  const files = disk();
  const db = await open(files, { chunkRangeMs: 3_600_000 });
  await fill(db, 0, 200);
  await db.close();
  // Most of it goes to a block now; the snapshot stays as it was.
  const later = await open(files, { chunkRangeMs: 3_600_000 });
  await fill(later, 200, 400);
  await later.maintain();
  expect(later.blocks().length).toBeGreaterThan(0);
  const want = contents(later);
  const again = await open(files, { chunkRangeMs: 3_600_000 });
  expect(contents(again)).toEqual(want);
  await again.close();
  await later.close();
});

describe("damage", () => {
  const written = async (): Promise<{ files: FaultyFiles; want: unknown; segment: string; bytes: Uint8Array }> => {
    const files = disk();
    const db = await open(files);
    await fill(db, 0, 30);
    const want = contents(db);
    await db.close();
    const segment = `${listSnapshots(files, "/data")[0].path}/00000000`;
    return { files, want, segment, bytes: files.readFile(segment) };
  };

  const replace = (files: Files, path: string, bytes: Uint8Array): void => {
    const file = files.open(path, "create");
    file.write(bytes, 0);
    file.close();
  };

  test("of any bit costs nothing: the log is read", async () => {
    const { files, want, segment, bytes } = await written();
    const used = bytes.findLastIndex((byte) => byte !== 0) + 1;
    for (let at = 0; at < 8 * used; at += 149) {
      replace(files, segment, bytes);
      files.corrupt(segment, flipBit(at));
      // Not closed: that would write another snapshot.
      const db = await open(files);
      expect({ at, contents: contents(db) }).toEqual({ at, contents: want });
    }
    replace(files, segment, bytes);
    files.corrupt(segment, flipBit(401));
    const db = await open(files);
    expect(metric(db, "snapshot_replay_error_total")).toBe(1);
    await db.close();
  }, 60_000);

  test("of its end costs nothing either", async () => {
    const { files, want, segment, bytes } = await written();
    for (let length = 0; length < 4000; length += 197) {
      replace(files, segment, bytes.subarray(0, length));
      const db = await open(files);
      expect({ length, contents: contents(db) }).toEqual({ length, contents: want });
    }
  }, 60_000);
});

test("whichever operation fails while it is written, the next start has everything", async () => {
  const scenario = async (files: FaultyFiles): Promise<{ db: Db; want: unknown }> => {
    const db = await open(files);
    await fill(db, 0, 140);
    return { db, want: contents(db) };
  };
  const probe = disk();
  const { db: probed } = await scenario(probe);
  const before = probe.operationCount;
  await probed.close();
  const operations = probe.operationCount - before;
  for (let n = 1; n <= operations; n++) {
    const files = disk();
    const { db, want } = await scenario(files);
    files.failAt(files.operationCount + n, { code: "EIO", writtenBytes: 10 });
    await db.close().catch(() => undefined);
    const again = await open(files);
    expect({ n, contents: contents(again) }).toEqual({ n, contents: want });
    await again.close();
  }
}, 120_000);
