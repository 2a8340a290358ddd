import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { encodeXorChunk, HistogramAppender, openChunk, SAMPLE_TYPES } from "@ferula/chunks";
import { flipBit } from "@ferula/files";
import { createIntegerHistogram, labelsOf, type IntegerHistogram } from "@ferula/model";
import { OFFSETS_A_SEGMENT, SEGMENT_HEADER_BYTES } from "../../src/block/format.ts";
import { readMeta } from "../../src/block/meta.ts";
import { openBlock } from "../../src/block/open-block.ts";
import { createSeriesEntry } from "../../src/block/series-entry.ts";
import { writeBlock, type BlockChunk } from "../../src/block/write-block.ts";
import { cleanTombstones, compactBlocks } from "../../src/compact/compact-blocks.ts";
import { blockDisk, columnsOf, every15s, NOW_MS, PARENT, type TestSeries } from "../block/support.ts";
import { deleteIn, every10min, HOUR_MS, range2h, readIn, sampleTexts, samplesOf, writeIn } from "./support.ts";
import { symbolsOf } from "../block/labels.ts";

function writtenName(outcome: ReturnType<typeof compactBlocks> | undefined): string {
  if (outcome?.kind !== "written") throw new Error(`nothing was written: ${outcome?.kind}`);
  return outcome.meta.ulid;
}

test("blocks side by side become one: series by labels, chunks one behind the other", () => {
  const files = blockDisk();
  const first: TestSeries[] = [
    [{ a: "1" }, every10min(range2h(0))],
    [{ a: "2" }, every10min(range2h(0))],
  ];
  const second: TestSeries[] = [
    [{ a: "2" }, every10min(range2h(1))],
    [{ a: "3" }, every10min(range2h(1))],
  ];
  const ulids = [writeIn(files, range2h(0), first, {}, 5), writeIn(files, range2h(1), second)];
  const outcome = compactBlocks(files, PARENT, ulids);
  expect(outcome.isOverlapping).toBe(false);
  const ulid = writtenName(outcome);
  const { meta } = readMeta(files, `${PARENT}/${ulid}`);
  expect(meta).toMatchObject({ minTime: 0, maxTime: 4 * HOUR_MS, stats: { numSamples: 48, numSeries: 3, numChunks: 8 } });
  expect(meta.compaction).toMatchObject({ level: 2, sources: [...ulids].sort(), parents: [{ ulid: ulids[0] }, { ulid: ulids[1] }] });
  const block = openBlock(files, `${PARENT}/${ulid}`);
  expect(samplesOf([block])).toEqual(sampleTexts([...first, ...second]));
});

test("what overlaps becomes chunks of 120 samples at most, one sample for each time", () => {
  const files = blockDisk();
  const range = { minTimeMs: 0, maxTimeMs: 6 * HOUR_MS };
  const even = every15s(300).map(([ms, value]): [number, number] => [2 * ms, value]);
  const odd = even.map(([ms, value]): [number, number] => [ms + 15_000, -value]);
  const both = [...odd, ...even.slice(100, 200)].sort(([a], [b]) => a - b);
  const ulids = [writeIn(files, range, [[{ a: "1" }, even]]), writeIn(files, range, [[{ a: "1" }, both]])];
  const outcome = compactBlocks(files, PARENT, ulids);
  expect(outcome).toMatchObject({ isOverlapping: true, meta: { stats: { numSamples: 600, numChunks: 5 } } });
  const want = [...even, ...odd].sort(([a], [b]) => a - b);
  expect(readIn(files, writtenName(outcome))).toEqual([
    ['{a="1"}', want.map(([ms, value]) => `${ms}:${Object.is(value, -0) ? "-0" : value}`).join(" ")],
  ]);
});

test("whatever overlaps and was deleted, each time has one sample, one of those that were there", () => {
  const samples = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 3 })), {
    selector: ([ms]) => ms,
    minLength: 1,
  });
  const interval = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 150 }));
  const block = fc.record({ samples, deleted: fc.array(interval, { maxLength: 3 }), perChunk: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 4 }), (list) => {
      const files = blockDisk();
      const candidates = new Map<number, Set<number>>();
      const ulids = list.map(({ samples: own, deleted, perChunk }) => {
        const sorted = own.toSorted(([a], [b]) => a - b);
        const ulid = writeIn(files, range2h(0), [[{ a: "1" }, sorted]], {}, perChunk);
        for (const [from, length] of deleted) deleteIn(files, ulid, "1", from, from + length);
        for (const [ms, value] of sorted) {
          if (deleted.some(([from, length]) => ms >= from && ms <= from + length)) continue;
          candidates.set(ms, (candidates.get(ms) ?? new Set()).add(value));
        }
        return ulid;
      });
      const outcome = compactBlocks(files, PARENT, ulids);
      const found =
        outcome.kind === "empty"
          ? []
          : readIn(files, outcome.meta.ulid)[0][1]
              .split(" ")
              .map((text) => text.split(":").map(Number));
      expect(found.map(([ms]) => ms)).toEqual([...candidates.keys()].sort((a, b) => a - b));
      for (const [ms, value] of found) expect(candidates.get(ms)).toContain(value);
    }),
    { numRuns: 40 },
  );
});

test("blocks of which nothing is left make none and are marked to go", () => {
  const files = blockDisk();
  const ulids = [0, 1].map((k) => writeIn(files, range2h(k), [[{ a: "1" }, every10min(range2h(k))]]));
  for (const ulid of ulids) deleteIn(files, ulid, "1", 0, 4 * HOUR_MS);
  expect(compactBlocks(files, PARENT, ulids)).toEqual({ kind: "empty", isOverlapping: false });
  expect(files.readFolder(PARENT)).toEqual([...ulids].sort());
  for (const ulid of ulids) expect(readMeta(files, `${PARENT}/${ulid}`).meta.compaction.deletable).toBe(true);
});

test("of blocks of which nothing is left the one that is named stays", () => {
  const files = blockDisk();
  const ulids = [0, 1].map((k) => writeIn(files, range2h(k), [[{ a: "1" }, every10min(range2h(k))]]));
  for (const ulid of ulids) deleteIn(files, ulid, "1", 0, 4 * HOUR_MS);
  expect(compactBlocks(files, PARENT, ulids, { lastUlid: ulids[1] })).toEqual({ kind: "empty", isOverlapping: false });
  expect(ulids.map((ulid) => readMeta(files, `${PARENT}/${ulid}`).meta.compaction.deletable)).toEqual([true, false]);
});

test("a damaged chunk is told with its place, and the blocks are marked as failed", () => {
  const files = blockDisk();
  const ulids = [0, 1].map((k) => writeIn(files, range2h(k), [[{ a: "1" }, every10min(range2h(k))]]));
  files.corrupt(`${PARENT}/${ulids[1]}/chunks/000001`, flipBit((SEGMENT_HEADER_BYTES + 10) * 8));
  expect(() => compactBlocks(files, PARENT, ulids)).toThrow(
    `cannot read ${PARENT}/${ulids[1]}/chunks/000001 at offset ${SEGMENT_HEADER_BYTES}: a chunk`,
  );
  expect(files.readFolder(PARENT)).toEqual([...ulids].sort());
  for (const ulid of ulids) expect(readMeta(files, `${PARENT}/${ulid}`).meta.compaction.failed).toBe(true);
});

test("a mark that can't be written is told besides the damage", () => {
  const files = blockDisk();
  const ulid = writeIn(files, range2h(0), [[{ a: "1" }, every10min(range2h(0))]]);
  files.corrupt(`${PARENT}/${ulid}/chunks/000001`, flipBit((SEGMENT_HEADER_BYTES + 10) * 8));
  files.failWritesTo("meta.json", { code: "EIO" });
  expect(() => compactBlocks(files, PARENT, [ulid])).toThrow(/a chunk: the checksum .*; nor could it be noted: EIO/);
});

test("a disk that is full leaves no mark and nothing else", () => {
  const files = blockDisk();
  const ulids = [0, 1].map((k) => writeIn(files, range2h(k), [[{ a: "1" }, every10min(range2h(k))]]));
  files.failWritesTo("tmp-for-creation", { code: "ENOSPC", writtenBytes: 3 });
  expect(() => compactBlocks(files, PARENT, ulids)).toThrow(expect.objectContaining({ code: "ENOSPC" }));
  files.heal();
  expect(files.readFolder(PARENT)).toEqual([...ulids].sort());
  for (const ulid of ulids) expect(readMeta(files, `${PARENT}/${ulid}`).meta.compaction.failed).toBe(false);
  expect(compactBlocks(files, PARENT, ulids).kind).toBe("written");
});

test("who cancels gets nothing, and no mark either", () => {
  const files = blockDisk();
  const ulid = writeIn(files, range2h(0), [
    [{ a: "1" }, every10min(range2h(0))],
    [{ a: "2" }, every10min(range2h(0))],
  ]);
  let asked = 0;
  expect(() => compactBlocks(files, PARENT, [ulid], { isCanceled: () => ++asked === 2 })).toThrow(
    expect.objectContaining({ errorType: "canceled" }),
  );
  expect(files.readFolder(PARENT)).toEqual([ulid]);
  expect(readMeta(files, `${PARENT}/${ulid}`).meta.compaction.failed).toBe(false);
});

test("a block without what was deleted is of level 1, its own source and the other's child", () => {
  const files = blockDisk();
  const series: TestSeries[] = [
    [{ a: "1" }, every10min(range2h(0))],
    [{ a: "2" }, every10min(range2h(0))],
  ];
  const ulid = writeIn(files, range2h(0), series, { compaction: { level: 3, hints: ["from-out-of-order"] } });
  expect(cleanTombstones(files, PARENT, ulid)).toBeUndefined();
  deleteIn(files, ulid, "1", 0, HOUR_MS);
  const before = readIn(files, ulid);
  const cleaned = writtenName(cleanTombstones(files, PARENT, ulid));
  expect(readIn(files, cleaned)).toEqual(before);
  const { meta } = readMeta(files, `${PARENT}/${cleaned}`);
  expect(meta.stats).toMatchObject({ numSamples: 12 + 5, numTombstones: 0 });
  expect(meta.compaction).toMatchObject({
    level: 1,
    sources: [cleaned],
    parents: [{ ulid, minTime: 0, maxTime: 2 * HOUR_MS }],
    hints: ["from-out-of-order"],
  });
  expect(cleanTombstones(files, PARENT, cleaned)).toBeUndefined();
});

test("chunks that reach out of the time of their block are cut to it", () => {
  const files = blockDisk();
  const ulid = writeIn(files, range2h(0), [[{ a: "1" }, every10min(range2h(0))]]);
  const dir = `${PARENT}/${ulid}`;
  const { meta } = readMeta(files, dir);
  // Its checksum is of ours; without it the description counts as somebody else's.
  const told = { ...meta, minTime: 600_000, maxTime: 3_600_000, version: 1 };
  files.writeFileAtomic(`${dir}/meta.json`, new TextEncoder().encode(JSON.stringify(told)));
  const compacted = writtenName(compactBlocks(files, PARENT, [ulid]));
  expect(readIn(files, compacted)).toEqual([['{a="1"}', "600000:600 1200000:1200 1800000:1800 2400000:2400 3000000:3000"]]);
});

/** Histograms with one more observation each. */
function histogramChunk(timesMs: readonly number[]): BlockChunk {
  const appender = new HistogramAppender("histogram");
  for (const ms of timesMs) expect(appender.append(histogramAt(ms), ms, 0).kind).toBe("appended");
  return { encoding: "histogram", bytes: appender.bytes().slice(), minTimeMs: timesMs[0], maxTimeMs: timesMs[timesMs.length - 1] };
}

function histogramAt(ms: number): IntegerHistogram {
  return createIntegerHistogram({ count: ms, sum: ms, positiveSpans: Int32Array.of(0, 1), positiveBuckets: Float64Array.of(ms) });
}

test("histograms and floats of a series are merged by time into chunks of their kind; across blocks no reset is claimed", () => {
  const files = blockDisk();
  const labels = labelsOf({ a: "1" });
  const write = (chunk: BlockChunk): string => {
    const source = { symbols: () => symbolsOf([labels]), series: () => [{ labels, chunks: [chunk] }] };
    return writeBlock(files, PARENT, range2h(0), source, { nowMs: NOW_MS })?.ulid ?? "";
  };
  const floats = columnsOf([
    [25, 1],
    [26, 2],
    [50, 3],
  ]);
  const ulids = [
    write(histogramChunk([10, 20, 40])),
    write(histogramChunk([15, 20, 30])),
    write({ encoding: "xor", bytes: encodeXorChunk(floats, 0, 3), minTimeMs: 25, maxTimeMs: 50 }),
  ];
  const block = openBlock(files, `${PARENT}/${writtenName(compactBlocks(files, PARENT, ulids))}`);
  const entry = createSeriesEntry();
  block.index.readSeries(block.index.allSeries()[0], entry);
  const chunks = Array.from(entry.chunkRefs.subarray(0, entry.chunkCount), (ref) => {
    expect(ref).toBeLessThan(OFFSETS_A_SEGMENT);
    const { encoding, bytes } = block.chunks.read(ref);
    const iterator = openChunk(encoding, bytes.slice());
    const found: string[] = [];
    for (let type = iterator.next(); type !== SAMPLE_TYPES.none; type = iterator.next()) {
      const value = type === SAMPLE_TYPES.float ? iterator.value : iterator.histogram().count;
      found.push(`${iterator.timestampMs}:${value}`);
    }
    return `${encoding} ${found.join(" ")}`;
  });
  expect(chunks).toEqual(["histogram 10:10 15:15 20:20", "xor 25:1 26:2", "histogram 30:30 40:40", "xor 50:3"]);
});
