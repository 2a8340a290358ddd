import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { FaultyFiles } from "@ferula/files";
import { createSampleColumns, formatLabels, labelsOf, setStaleAt } from "@ferula/model";
import { SEGMENT_HEADER_BYTES } from "../../src/block/format.ts";
import { openBlock } from "../../src/block/open-block.ts";
import { isUlid, ulidTimeMs } from "../../src/block/ulid.ts";
import { writeBlock, type BlockChunk, type LabeledSeries, type BlockSource } from "../../src/block/write-block.ts";
import {
  bitsText,
  blockDisk,
  chunksOf,
  columnsOf,
  every15s,
  NOW_MS,
  PARENT,
  RANGE,
  readAll,
  sourceOf,
  type TestSeries,
} from "./support.ts";
import { symbolsOf } from "./labels.ts";

function plain(series: readonly TestSeries[]): [string, string][] {
  return series.map(([labels, samples]) => [formatLabels(labelsOf(labels)), samples.map(([ms, value]) => `${ms}:${value}`).join(" ")]);
}

test("a block says what is in it and where it comes from", () => {
  const files = blockDisk();
  const series: TestSeries[] = [
    [{ a: "1" }, every15s(300)],
    [{ a: "2" }, every15s(10)],
  ];
  const meta = writeBlock(files, PARENT, RANGE, sourceOf(series), { nowMs: NOW_MS });
  expect(isUlid(meta?.ulid ?? "")).toBe(true);
  expect(ulidTimeMs(meta?.ulid ?? "")).toBe(NOW_MS);
  expect(meta).toEqual({
    ulid: meta?.ulid,
    minTime: 0,
    maxTime: 7_200_000,
    stats: { numSamples: 310, numFloatSamples: 310, numHistogramSamples: 0, numSeries: 2, numChunks: 4, numTombstones: 0 },
    compaction: { level: 1, sources: [meta?.ulid], deletable: false, parents: [], failed: false, hints: [] },
  });
  expect(files.readFolder(PARENT)).toEqual([meta?.ulid]);
  const dir = `${PARENT}/${meta?.ulid}`;
  expect(files.readFolder(dir)).toEqual(["chunks", "index", "meta.json", "tombstones"]);
  const block = openBlock(files, dir);
  expect(block.meta).toEqual(meta);
  const sizes = ["chunks/000001", "index", "meta.json", "tombstones"].map((name) => files.stat(`${dir}/${name}`)?.sizeBytes ?? NaN);
  expect(block.sizeBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
});

test("what a block was made of is noted as it is told", () => {
  const sources = ["01ARYZ6S41TSV4RRFFQ69G5FAV"];
  const parents = [{ ulid: sources[0], minTime: 0, maxTime: 5 }];
  const meta = writeBlock(blockDisk(), PARENT, RANGE, sourceOf([[{ a: "1" }, [[1, 1]]]]), {
    compaction: { level: 3, sources, parents, hints: ["from-out-of-order"] },
  });
  expect(meta?.compaction).toEqual({ level: 3, sources, parents, hints: ["from-out-of-order"], deletable: false, failed: false });
});

test.each([
  { why: "no series", series: [] },
  { why: "a series without chunks", series: [{ labels: labelsOf({ a: "1" }), chunks: [] }] },
])("$why make no block and leave nothing", ({ series }) => {
  const files = blockDisk();
  expect(writeBlock(files, PARENT, RANGE, { symbols: () => ["1", "a"], series: () => series })).toBeUndefined();
  expect(files.readFolder(PARENT)).toEqual([]);
});

test("any floats come back with their bits, stale markers too", () => {
  const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(NaN, -0, Infinity, "stale" as const));
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 20_000 }), value), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(fc.array(steps, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 130 }), (list, perChunk) => {
      const files = blockDisk();
      const columns = list.map((samples) => {
        const made = createSampleColumns(samples.length);
        let ms = 0;
        for (const [step, one] of samples) {
          ms += step;
          made.timestampsMs[made.length] = ms;
          if (one === "stale") setStaleAt(made, made.length);
          else made.values[made.length] = one;
          made.length++;
        }
        return made;
      });
      const series = columns.map((made, i): LabeledSeries => ({ labels: ["s", String(i)], chunks: chunksOf(made, perChunk) }));
      const symbols = symbolsOf(series.map(({ labels }) => labels));
      const meta = writeBlock(files, PARENT, RANGE, { symbols: () => symbols, series: () => series });
      const found = readAll(openBlock(files, `${PARENT}/${meta?.ulid}`));
      expect(found.map(([, samples]) => samples)).toEqual(
        columns.map((made) => Array.from({ length: made.length }, (_, k) => `${made.timestampsMs[k]}:${bitsText(made, k)}`).join(" ")),
      );
    }),
    { numRuns: 30 },
  );
});

test("a segment that is full is followed by the next; a chunk that alone is larger has one of its own", () => {
  const files = blockDisk();
  const small = { ...chunksOf(columnsOf(every15s(10)))[0], maxTimeMs: 200_000 };
  const sizeBytes = 5 + 1 + small.bytes.length + 4;
  const series: TestSeries[] = [
    [{ a: "1" }, every15s(30)],
    [{ a: "2" }, every15s(300, (k) => Math.sin(k))],
    [{ a: "3" }, every15s(30)],
  ];
  const segmentBytes = SEGMENT_HEADER_BYTES + 2 * sizeBytes;
  const meta = writeBlock(files, PARENT, RANGE, sourceOf(series, 10), { segmentBytes });
  const dir = `${PARENT}/${meta?.ulid}`;
  const names = files.readFolder(`${dir}/chunks`);
  expect(names.slice(0, 3)).toEqual(["000001", "000002", "000003"]);
  // Sines take more than two small chunks together.
  expect(names.length).toBeGreaterThan(30);
  expect(readAll(openBlock(files, dir))).toEqual(plain(series));
});

test("chunks of histograms are kept as they are and counted apart; floats are read around them", () => {
  const files = blockDisk();
  // Three samples by its header; nobody looks further.
  const bytes = Uint8Array.of(0, 3, 0, 0, 0);
  const histogram: BlockChunk = { encoding: "histogram", bytes, minTimeMs: 400_000, maxTimeMs: 430_000 };
  const series: LabeledSeries[] = [{ labels: ["a", "1"], chunks: [...chunksOf(columnsOf(every15s(20))), histogram] }];
  const meta = writeBlock(files, PARENT, RANGE, { symbols: () => ["1", "a"], series: () => series });
  expect(meta?.stats).toMatchObject({ numSamples: 23, numFloatSamples: 20, numHistogramSamples: 3, numChunks: 2 });
  const block = openBlock(files, `${PARENT}/${meta?.ulid}`);
  expect(readAll(block)).toEqual([
    [
      '{a="1"}',
      every15s(20)
        .map(([ms, value]) => `${ms}:${value}`)
        .join(" "),
    ],
  ]);
});

const chunk = chunksOf(columnsOf([[1000, 1]]))[0];

test.each([
  {
    why: "a chunk before the block's time",
    chunks: [{ ...chunk, minTimeMs: -1 }],
    message: "a chunk from -1 to 1000 is not within the block's time, 0 to before 7200000",
  },
  {
    why: "a chunk at its exclusive end",
    chunks: [{ ...chunk, maxTimeMs: 7_200_000 }],
    message: "a chunk from 1000 to 7200000 is not within",
  },
  {
    why: "a chunk that ends before it begins",
    chunks: [{ ...chunk, minTimeMs: 1001 }],
    message: "a chunk begins at 1001 and ends at 1000",
  },
  { why: "chunks that touch", chunks: [chunk, chunk], message: "a chunk begins at 1000, but the one before it ends at 1000" },
  { why: "a chunk without header", chunks: [{ ...chunk, bytes: new Uint8Array(1) }], message: "a chunk has no whole header" },
  { why: "a time that is none", chunks: [{ ...chunk, minTimeMs: NaN }], message: "a chunk begins at NaN" },
])("$why: refused, and nothing is left", ({ chunks, message }) => {
  const files = blockDisk();
  const series = [{ labels: ["a", "1"], chunks }];
  expect(() => writeBlock(files, PARENT, RANGE, { symbols: () => ["1", "a"], series: () => series })).toThrow(message);
  expect(files.readFolder(PARENT)).toEqual([]);
});

test("series out of order are refused with both, and nothing is left", () => {
  const files = blockDisk();
  const source: BlockSource = {
    symbols: () => ["1", "2", "a"],
    series: () => ["2", "1"].map((value) => ({ labels: ["a", value], chunks: [chunk] })),
  };
  expect(() => writeBlock(files, PARENT, RANGE, source)).toThrow('the series {a="1"} comes behind {a="2"}');
  expect(files.readFolder(PARENT)).toEqual([]);
});

test("what the source throws ends the writing, and nothing is left", () => {
  const files = blockDisk();
  const source: BlockSource = {
    symbols: () => ["1", "a"],
    *series() {
      yield { labels: ["a", "1"], chunks: [chunk] };
      throw new Error("stopped");
    },
  };
  expect(() => writeBlock(files, PARENT, RANGE, source)).toThrow("stopped");
  expect(files.readFolder(PARENT)).toEqual([]);
});

const faultSeries: TestSeries[] = Array.from({ length: 20 }, (_, i) => [{ a: String(i).padStart(2, "0") }, every15s(30, (k) => k + i)]);

/** Whatever stands under a block's name must be whole. */
function expectWholeBlocks(files: FaultyFiles): number {
  const blocks = files.readFolder(PARENT).filter(isUlid);
  for (const ulid of blocks) expect(readAll(openBlock(files, `${PARENT}/${ulid}`))).toEqual(plain(faultSeries));
  return blocks.length;
}

function tryWriting(files: FaultyFiles): boolean {
  try {
    writeBlock(files, PARENT, RANGE, sourceOf(faultSeries, 10), { segmentBytes: 500 });
    return true;
  } catch (error) {
    expect((error as { code?: string }).code).toBe("EIO");
    return false;
  }
}

test.each([0, 7, 5000])("whichever operation fails after writing %d bytes, there is a whole block or none", (writtenBytes) => {
  for (let step = 1; ; step++) {
    const files = blockDisk();
    files.failAt(files.operationCount + step, { code: "EIO", writtenBytes });
    const before = files.operationCount;
    const isWritten = tryWriting(files);
    const wasReached = files.operationCount >= before + step;
    expect(isWritten).toBe(!wasReached);
    files.heal();
    expect(expectWholeBlocks(files)).toBe(isWritten ? 1 : 0);
    // Nothing of what failed lies about.
    expect(files.readFolder(PARENT)).toHaveLength(isWritten ? 1 : 0);
    if (!wasReached) break;
    expect(step).toBeLessThan(200);
  }
});

test.each([0, 1, 100, 100_000])(
  "wherever the power is cut, there is a whole block or none, and a block once it is done (%d unsynced bytes survive)",
  (survivors) => {
    for (let step = 1; ; step++) {
      const files = blockDisk();
      const before = files.operationCount;
      // From here on nothing reaches the disk: also not the tidying up.
      for (let k = 0; k < 500; k++) files.failAt(before + step + k, { code: "EIO" });
      const isWritten = tryWriting(files);
      files.powerCut(survivors);
      files.heal();
      const blockCount = expectWholeBlocks(files);
      if (isWritten) {
        expect(blockCount).toBe(1);
        break;
      }
      expect(blockCount).toBeLessThanOrEqual(1);
      expect(step).toBeLessThan(200);
    }
  },
);
