import { describe, expect, test } from "@jest/globals";
import { labelsOf, type MetricMetadata } from "@ferula/model";
import { MetadataKinds } from "../../src/metadata/metadata-kinds.ts";
import type { Db, MetadataRow } from "../../src/index.ts";
import { folderBytes } from "../../src/wal/folder-bytes.ts";
import { batchOf, openTestDb, testDisk } from "../support.ts";
import { noUnknownRefs } from "../../src/wal/unknown-refs.ts";

const requests: MetricMetadata = { type: "counter", unit: "", help: "Requests." };
const seconds: MetricMetadata = { type: "histogram", unit: "seconds", help: "How long.\nReally." };

function row(db: Db, name: string, metadata: MetricMetadata): MetadataRow {
  return { ref: db.seriesRef(labelsOf({ __name__: name })), ...metadata };
}

const known = (db: Db, name: string): MetricMetadata | undefined => db.seriesMetadata(db.seriesRef(labelsOf({ __name__: name })));

test("what is known of a series is what was told last; only changes go to the log", async () => {
  const files = testDisk();
  const db = await openTestDb(files, { logsMetadata: true });
  expect(db.appendMetadata([row(db, "a", requests), row(db, "b", seconds), { ref: 77, ...requests }])).toEqual({
    changed: 2,
    unchanged: 0,
    unknownSeries: 1,
  });
  expect([known(db, "a"), known(db, "b"), known(db, "c"), db.seriesMetadata(77)]).toEqual([requests, seconds, undefined, undefined]);
  const before = folderBytes(files, "/data/wal");
  expect(db.appendMetadata([row(db, "a", requests)])).toEqual({ changed: 0, unchanged: 1, unknownSeries: 0 });
  expect(folderBytes(files, "/data/wal")).toBe(before);
  expect(db.appendMetadata([row(db, "a", { ...requests, help: "All requests." })])).toMatchObject({ changed: 1 });
  // Killed, not closed.
  const again = await openTestDb(files, { logsMetadata: true });
  expect([known(again, "a"), known(again, "b")]).toEqual([{ ...requests, help: "All requests." }, seconds]);
  expect(again.replayed.unknownRefs).toEqual(noUnknownRefs());
  await again.close();
  await db.close();
});

test("without the option it is kept in memory and not logged", async () => {
  const files = testDisk();
  const db = await openTestDb(files);
  db.append(batchOf(db, [["__name__=a", 1000, 1]]));
  db.appendMetadata([row(db, "a", requests)]);
  expect(known(db, "a")).toEqual(requests);
  await db.close();
  const again = await openTestDb(files);
  expect(known(again, "a")).toBeUndefined();
  await again.close();
});

test("what the log can't take is not known", async () => {
  const files = testDisk();
  const db = await openTestDb(files, { logsMetadata: true });
  db.append(batchOf(db, [["__name__=a", 1000, 1]]));
  files.failAt(files.operationCount + 1, { code: "EIO" });
  expect(() => db.appendMetadata([row(db, "a", requests)])).toThrow("cannot write segment");
  expect(known(db, "a")).toBeUndefined();
  await db.close();
});

describe("each set of type, unit and help is kept once", () => {
  test("as long as some series has it", () => {
    const kinds = new MetadataKinds();
    const first = kinds.acquire(requests);
    expect(kinds.acquire({ ...requests })).toBe(first);
    const other = kinds.acquire(seconds);
    expect([kinds.count, kinds.at(first), kinds.at(other)]).toEqual([2, requests, seconds]);
    kinds.release(first);
    expect(kinds.at(first)).toEqual(requests);
    kinds.release(first);
    expect([kinds.count, kinds.at(first)]).toEqual([1, undefined]);
    expect(kinds.acquire({ ...seconds, unit: "" })).toBe(first);
    kinds.release(0);
    expect(kinds.count).toBe(2);
  });

  test("unit and help that run together to one text are told apart", () => {
    const kinds = new MetadataKinds();
    const numbers = [
      kinds.acquire({ type: "gauge", unit: "s", help: "um" }),
      kinds.acquire({ type: "gauge", unit: "su", help: "m" }),
      kinds.acquire({ type: "gauge", unit: "", help: "sum" }),
    ];
    expect(new Set(numbers).size).toBe(3);
  });

  test("a thousand of them are", () => {
    const kinds = new MetadataKinds();
    const of = (i: number): MetricMetadata => ({ ...requests, help: `Help ${i}.` });
    const numbers = Array.from({ length: 1000 }, (_, i) => kinds.acquire(of(i)));
    numbers.forEach((kind, i) => expect(kinds.at(kind)).toEqual(of(i)));
    numbers.forEach((kind) => kinds.release(kind));
    expect(kinds.count).toBe(0);
  });
});

test("a checkpoint keeps what is known of series that stay; with a series that is dropped it is forgotten", async () => {
  const files = testDisk();
  const hour = 3_600_000;
  const options = { logsMetadata: true, chunkRangeMs: hour, maintainsItself: false, walSegmentBytes: 1 << 15 };
  const db = await openTestDb(files, options);
  db.append(batchOf(db, [["__name__=gone", 1000, 1]]));
  db.appendMetadata([row(db, "gone", seconds), row(db, "stays", requests)]);
  for (let ms = 0; ms <= 8 * hour; ms += 4000) db.append(batchOf(db, [["__name__=stays", ms, ms]]));
  for (let round = 0; round < 4; round++) await db.maintain();
  expect(files.readFolder("/data/wal").some((name) => name.startsWith("checkpoint."))).toBe(true);
  expect([known(db, "gone"), known(db, "stays")]).toEqual([undefined, requests]);
  // Killed, not closed.
  const again = await openTestDb(files, options);
  expect(known(again, "stays")).toEqual(requests);
  await again.close();
  await db.close();
});
