import { expect, test } from "@jest/globals";
import { ByteWriter } from "@ferula/bytes";
import { flipBit, type FaultyFiles } from "@ferula/files";
import { noLogger } from "@ferula/logging";
import { batchOf, metricValue, openTestDb, readAll, testDisk } from "../support.ts";
import { encodeExemplars } from "../../src/wal/records/exemplars.ts";
import { encodeMetadata } from "../../src/wal/records/metadata.ts";
import { encodeMmapMarkers } from "../../src/wal/records/mmap-markers.ts";
import { recordTypeOf } from "../../src/wal/records/record-types.ts";
import { encodeTombstoneRows, WHOLE_SERIES } from "../../src/wal/records/tombstones.ts";
import { SegmentLog } from "../../src/wal/segment-log.ts";
import { SegmentReader } from "../../src/wal/segment-reader.ts";
import { decodeSeriesRows } from "./records/decode-rows.ts";

const SEGMENT = "/data/wal/00000000";

/** Where the last record of series begins. */
function lastSeriesOffset(files: FaultyFiles): number {
  const file = files.open(SEGMENT, "read");
  const reader = new SegmentReader(file, SEGMENT);
  let offset = -1;
  while (reader.next()) if (recordTypeOf(reader.record) === "series") offset = reader.recordOffset;
  file.close();
  return offset;
}

test.each([
  { log: "the log", options: {}, late: [] },
  { log: "the log of samples out of order", options: { outOfOrderWindowMs: 60_000 }, late: [90_000] },
])("a new series never gets what $log has of one whose labels are lost", async ({ options, late }) => {
  const files = testDisk();
  const killed = await openTestDb(files, options);
  killed.append(batchOf(killed, [["n=first", 100_000, 1]]));
  killed.append(batchOf(killed, [["n=lost", 100_000, 2]]));
  for (const timeMs of late) killed.append(batchOf(killed, [["n=lost", timeMs, 3]]));
  files.corrupt(SEGMENT, flipBit(8 * (lastSeriesOffset(files) + 20)));

  const damaged = await openTestDb(files, options);
  expect(metricValue(damaged, "prometheus_tsdb_wal_corruptions_total")).toBe(1);
  expect(readAll(damaged)).toEqual({ '{n="first"}': "100000:1" });
  damaged.append(batchOf(damaged, [["n=new", 110_000, 4]]));

  const again = await openTestDb(files, options);
  expect(readAll(again)).toEqual({ '{n="first"}': "100000:1", '{n="new"}': "110000:4" });
  await again.close();
});

const LOST_REF = 7;
const deleted = { minTimeMs: 0, maxTimeMs: 5000 };

test.each([
  { what: "what was deleted of one", folder: "wal", write: tombstoneWriter(deleted) },
  { what: "that one was dropped", folder: "wal", write: tombstoneWriter(WHOLE_SERIES) },
  {
    what: "an exemplar of one",
    folder: "wal",
    write: (to: ByteWriter) => encodeExemplars(to, [{ ref: LOST_REF, timestampMs: 1000, value: 1, labels: ["trace", "t"] }]),
  },
  {
    what: "what one measures",
    folder: "wal",
    write: (to: ByteWriter) => encodeMetadata(to, [{ ref: LOST_REF, type: "gauge", unit: "", help: "A." }]),
  },
  {
    what: "chunks of samples out of order of one",
    folder: "wbl",
    write: (to: ByteWriter) => encodeMmapMarkers(to, [{ ref: LOST_REF, chunkRef: 2 ** 32 + 8 }]),
  },
  { what: "what was deleted of samples out of order of one", folder: "wbl", write: tombstoneWriter(deleted) },
])("where a log tells $what, whose labels are lost, no new series gets its reference", async ({ folder, write }) => {
  const files = testDisk();
  await logRecord(files, `/data/${folder}`, write);
  const options = { outOfOrderWindowMs: 60_000, exemplarLimit: 10 };
  const db = await openTestDb(files, options);
  db.append(batchOf(db, [["n=new", 1000, 4]]));
  await db.close();
  expect(loggedRefs(files)).toEqual([LOST_REF + 1]);
  const again = await openTestDb(files, options);
  expect(readAll(again)).toEqual({ '{n="new"}': "1000:4" });
  await again.close();
});

test("a new series is in the log before its first sample out of order is in the other", async () => {
  const files = testDisk();
  const options = { outOfOrderWindowMs: 10_000_000 };
  const db = await openTestDb(files, options);
  db.append(batchOf(db, [["n=clock", 9_000_000, 1]]));
  const late = batchOf(db, [["n=new", 1000, 2]]);
  files.failAt(files.operationCount + 1, { code: "EIO" });
  expect(() => db.append(late)).toThrow(/of the write-ahead log/);
  expect(files.stat("/data/wbl/00000000")?.sizeBytes ?? 0).toBe(0);
  expect(db.append(late).appended).toBe(1);
  const want = { '{n="clock"}': "9000000:1", '{n="new"}': "1000:2" };
  expect(readAll(db)).toEqual(want);
  const again = await openTestDb(files, options);
  expect(readAll(again)).toEqual(want);
  await again.close();
});

function tombstoneWriter(interval: typeof deleted): (to: ByteWriter) => void {
  return (to) => {
    encodeTombstoneRows(to, [{ ref: LOST_REF, interval }]);
  };
}

async function logRecord(files: FaultyFiles, folder: string, write: (to: ByteWriter) => void): Promise<void> {
  files.makeFolder(folder);
  const log = new SegmentLog(
    { files, logger: noLogger, folder, name: "log", segmentBytes: 1 << 20, fsync: "segment", compression: "none" },
    0,
  );
  const record = new ByteWriter();
  write(record);
  log.append((sink) => {
    sink(record.view());
  });
  await log.close();
}

/** The references of all series that the write-ahead log tells of. */
function loggedRefs(files: FaultyFiles): number[] {
  const refs: number[] = [];
  for (const name of files.readFolder("/data/wal")) {
    const file = files.open(`/data/wal/${name}`, "read");
    const reader = new SegmentReader(file, name);
    while (reader.next()) if (recordTypeOf(reader.record) === "series") refs.push(...decodeSeriesRows(reader.record).map(({ ref }) => ref));
    file.close();
  }
  return refs;
}
