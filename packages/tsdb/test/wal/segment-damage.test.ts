import { expect, test } from "@jest/globals";
import { createFaultyFiles, type FaultyFiles, flipBit } from "@ferula/files";
import { noLogger } from "@ferula/logging";
import { hasZstd, type WalCompression } from "../../src/wal/compression.ts";
import { PAGE_BYTES } from "../../src/wal/format.ts";
import { SegmentLog } from "../../src/wal/segment-log.ts";
import { SegmentReader, type WalDamage } from "../../src/wal/segment-reader.ts";
import { chosenCases } from "../campaigns/extent.ts";

const FOLDER = "/wal";
const SEGMENT = `${FOLDER}/00000000`;

function newDisk(): FaultyFiles {
  const files = createFaultyFiles();
  files.makeFolder(FOLDER);
  return files;
}

/** Records that say their number, with some bytes that compress and some that don't. */
function recordOf(number: number, length: number): Uint8Array {
  const record = new Uint8Array(length).fill(number, length >> 1);
  for (let i = 3; i < length >> 1; i++) record[i] = (i * 7919 + number * 31) >> 3;
  return Uint8Array.of(2, number, 200, ...record.subarray(3));
}

async function segmentOf(records: readonly Uint8Array[], compression: WalCompression): Promise<Uint8Array> {
  const files = newDisk();
  const options = { files, logger: noLogger, folder: FOLDER, name: "log", segmentBytes: 1 << 20, fsync: "segment", compression } as const;
  const log = new SegmentLog(options, 0);
  for (const record of records) log.append((sink) => sink(record));
  await log.close();
  return files.readFile(SEGMENT);
}

interface Found {
  readonly records: string[];
  readonly damages: readonly WalDamage[];
}

function read(files: FaultyFiles): Found {
  const file = files.open(SEGMENT, "read");
  const reader = new SegmentReader(file, SEGMENT);
  const records: string[] = [];
  while (reader.next()) records.push(hex(reader.record));
  file.close();
  return { records, damages: reader.damages };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function diskWith(bytes: Uint8Array): FaultyFiles {
  const files = newDisk();
  const file = files.open(SEGMENT, "create");
  file.write(bytes, 0);
  file.close();
  return files;
}

/** Fails unless `found` are some of `written`, in their order; returns how many are missing. */
function missingOf(found: readonly string[], written: readonly string[]): number {
  let at = 0;
  for (const record of found) {
    const place = written.indexOf(record, at);
    if (place < 0) throw new Error(`a record that was not written is read: ${record.slice(0, 80)}`);
    at = place + 1;
  }
  return written.length - found.length;
}

const compressions: readonly WalCompression[] = hasZstd ? ["none", "snappy", "zstd"] : ["none", "snappy"];

const small = [60, 9, 200, 30].map((length, number) => recordOf(number, length));

test.each(compressions)(
  "whichever bit of a segment is flipped, one record at most is lost, and none is read that was not written (%s)",
  async (compression) => {
    const bytes = await segmentOf(small, compression);
    const written = small.map(hex);
    expect(read(diskWith(bytes))).toEqual({ records: written, damages: [] });
    for (const bit of chosenCases(8 * bytes.length, 200)) {
      const files = diskWith(bytes);
      files.corrupt(SEGMENT, flipBit(bit));
      const { records, damages } = read(files);
      // The type and the length of a fragment say where the next begins: without them the rest of the page goes with it.
      if (missingOf(records, written) > 0) expect(damages.length).toBeGreaterThan(0);
    }
  },
);

test.each(compressions)("wherever a segment ends, the records before are read (%s)", async (compression) => {
  const bytes = await segmentOf(small, compression);
  const written = small.map(hex);
  let before = 0;
  for (let length = 0; length <= bytes.length; length++) {
    const { records, damages } = read(diskWith(bytes.slice(0, length)));
    expect(records).toEqual(written.slice(0, records.length));
    expect(records.length).toBeGreaterThanOrEqual(before);
    // Nothing is wrong only where a record ends.
    expect(damages.length).toBe(records.length > before || length === 0 ? 0 : 1);
    before = records.length;
  }
  expect(before).toBe(written.length);
});

/** Over four pages: the second record has a first, two middle and a last fragment. */
const large = [recordOf(1, 400), recordOf(2, 3 * PAGE_BYTES), recordOf(3, 500), recordOf(4, 90)];

test("whichever bit of a header in a record of many fragments is flipped, that record at most is lost beside the rest of its page", async () => {
  const bytes = await segmentOf(large, "none");
  const written = large.map(hex);
  const firstHeader = 7 + 400;
  const headers = [firstHeader, PAGE_BYTES, 2 * PAGE_BYTES, 3 * PAGE_BYTES];
  expect(headers.map((offset) => bytes[offset] & 7)).toEqual([2, 3, 3, 4]);
  for (const offset of headers) {
    for (const bit of chosenCases(56, 14)) {
      const files = diskWith(bytes);
      files.corrupt(SEGMENT, flipBit(8 * offset + bit));
      const { records, damages } = read(files);
      const missing = missingOf(records, written);
      expect(records[0]).toBe(written[0]);
      expect(missing).toBeLessThanOrEqual(offset === 3 * PAGE_BYTES ? 3 : 1);
      if (missing > 0) expect(damages.length).toBeGreaterThan(0);
    }
  }
});

test("whichever bit of a page's padding is flipped, no record is lost that was written, and none is read", async () => {
  const records = [recordOf(1, 5000), recordOf(2, PAGE_BYTES)];
  const files = newDisk();
  const options = {
    files,
    logger: noLogger,
    folder: FOLDER,
    name: "log",
    segmentBytes: PAGE_BYTES,
    fsync: "segment",
    compression: "none",
  } as const;
  const log = new SegmentLog(options, 0);
  for (const record of records) log.append((sink) => sink(record));
  await log.close();
  const padded = files.readFile(SEGMENT);
  expect(padded).toHaveLength(PAGE_BYTES);
  const second = await segmentOf([recordOf(3, 100)], "none");
  const both = Buffer.concat([padded, second]);
  const written = [recordOf(1, 5000), recordOf(3, 100)].map(hex);
  const paddingStart = 8 * 5007;
  for (const i of chosenCases(8 * PAGE_BYTES - paddingStart, 80)) {
    const disk = diskWith(both);
    disk.corrupt(SEGMENT, flipBit(paddingStart + i));
    const found = read(disk);
    expect(found.records.filter((record) => record !== "")).toEqual(written);
    // A flipped bit may look like a record of no bytes, which tells nothing.
    expect(found.damages.length + found.records.length).toBe(3);
  }
});

test("a whole page of zeros in the middle of a record costs that record alone", async () => {
  const bytes = await segmentOf(large, "none");
  bytes.fill(0, PAGE_BYTES, 2 * PAGE_BYTES);
  const { records, damages } = read(diskWith(bytes));
  expect(records).toEqual([large[0], large[2], large[3]].map(hex));
  expect(damages.map(({ reason }) => reason)).toEqual(["a record ends in a page's padding"]);
});
