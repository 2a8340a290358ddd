import { expect, test } from "@jest/globals";
import { createFaultyFiles } from "@ferula/files";
import { createLogger } from "@ferula/logging";
import { takeSelection } from "../../src/head/take-selection.ts";
import {
  batchOf,
  CHUNKS,
  contentOf,
  expectedOf,
  histogramOf,
  openAll,
  openHead,
  type OpenHead,
  readHead,
  refOf,
  type Row,
} from "./open-head.ts";

const START_MS = 1_700_000_000_000;
const EVERY_MS = 15_000;

/** The first of the twelve: a batch's histograms come behind its floats. */
const FLOAT_SERIES = 8;

/** Step `step` of twelve series: floats that move, floats that stand still, and histograms. */
function rowsOfStep(step: number): Row[] {
  const timeMs = START_MS + step * EVERY_MS;
  return Array.from({ length: 12 }, (_, i): Row => {
    if (i % 3 === 0) return [i, timeMs, histogramOf(step + i)];
    return [i, timeMs, i % 3 === 1 ? Math.sin(step * i) * 1e6 : i];
  });
}

function appendSteps(open: OpenHead, from: number, to: number): Row[] {
  const all: Row[] = [];
  for (let step = from; step < to; step++) {
    const rows = rowsOfStep(step);
    expect(open.head.append(batchOf(open.head, rows)).appended).toBe(rows.length);
    all.push(...rows);
  }
  return all;
}

function writeAll({ head }: OpenHead): void {
  while (head.finished.writeWaiting(1000));
  head.finished.files?.flush();
}

test("what is finished goes to files, the newest chunk of a series of floats stays in memory too, and all reads as it was written", async () => {
  const files = createFaultyFiles();
  const open = await openHead(files, { samplesPerChunk: 20, mostFileBytes: 5000 });
  const rows = appendSteps(open, 0, 300);
  expect(open.head.finished.waitingCount).toBeGreaterThan(100);
  expect(readHead(open, files)).toEqual(expectedOf(rows));
  const { chunks, series, slabAllocator } = open.head;
  const bytesBefore = slabAllocator.usedBytes;
  writeAll(open);
  expect(open.head.finished.waitingCount).toBe(0);
  expect(slabAllocator.usedBytes).toBeLessThan(bytesBefore / 3);
  expect(files.readFolder(CHUNKS).length).toBeGreaterThan(2);
  for (let ref = 1; ref <= series.count; ref++) {
    for (let row = series.newestChunks[ref]; row !== 0; row = chunks.older[row]) {
      expect(chunks.fileRef(row)).toBeGreaterThan(0);
      expect(chunks.slabs[row] !== 0).toBe(row === series.newestChunks[ref] && ref <= FLOAT_SERIES);
    }
  }
  for (const [min, max] of [
    [-Infinity, Infinity],
    [START_MS + 50 * EVERY_MS, START_MS + 60 * EVERY_MS],
    [START_MS + 55 * EVERY_MS + 1, START_MS + 210 * EVERY_MS - 1],
    [START_MS + 295 * EVERY_MS, Infinity],
    [START_MS + 299 * EVERY_MS + 1, Infinity],
  ]) {
    expect(readHead(open, files, min, max)).toEqual(expectedOf(rows, min, max));
  }
  await open.close();
});

test.each(["xor", "xor2"] as const)(
  "visited one by one, chunks (%s) are whole and in the order of time, wherever they are",
  async (encoding) => {
    const files = createFaultyFiles();
    const open = await openHead(files, { samplesPerChunk: 20, floatEncoding: encoding });
    const rows = appendSteps(open, 0, 150);
    const visitAll = (): string[] => {
      const { set, release } = openAll(open, files, -Infinity, Infinity, { withDetails: true });
      const seen: string[] = [];
      for (let i = 0; i < set.seriesCount; i++) {
        let lastMs = -Infinity;
        set.forEachChunk(i, ({ encoding, bytes, minTimeMs, maxTimeMs }) => {
          expect(minTimeMs).toBeGreaterThan(lastMs);
          lastMs = maxTimeMs;
          seen.push(`${set.labels(i)[1]} ${encoding} ${minTimeMs} ${maxTimeMs} ${Buffer.from(bytes).toString("hex")}`);
        });
      }
      release();
      return seen;
    };
    const inMemory = visitAll();
    writeAll(open);
    expect(visitAll()).toEqual(inMemory);
    expect(inMemory.length).toBe(open.head.chunkCount);
    expect(inMemory.every((seen) => seen.includes(` ${encoding} `) || seen.includes(" histogram "))).toBe(true);
    expect(readHead(open, files)).toEqual(expectedOf(rows));
    await open.close();
  },
);

test("an open chunk is passed on as it was when it was selected, though more was appended meanwhile", async () => {
  const files = createFaultyFiles();
  const open = await openHead(files);
  appendSteps(open, 0, 30);
  const bytesOf = (): string[] => {
    const { set, release } = openAll(open, files, -Infinity, Infinity, { withDetails: true });
    const seen: string[] = [];
    for (let i = 0; i < set.seriesCount; i++) set.forEachChunk(i, ({ bytes }) => void seen.push(Buffer.from(bytes).toString("hex")));
    release();
    return seen;
  };
  const before = bytesOf();
  const { set, release } = openAll(open, files, -Infinity, Infinity, { withDetails: true });
  appendSteps(open, 30, 45);
  const seen: string[] = [];
  for (let i = 0; i < set.seriesCount; i++) set.forEachChunk(i, ({ bytes }) => void seen.push(Buffer.from(bytes).toString("hex")));
  expect(seen).toEqual(before);
  release();
  await open.close();
});

test("a selection reads the same after its chunks went to files, were dropped, and their files should go; released, they go", async () => {
  const files = createFaultyFiles();
  const open = await openHead(files, { samplesPerChunk: 20, mostFileBytes: 5000 });
  const rows = appendSteps(open, 0, 200);
  const { finished, series } = open.head;
  writeAll(open);
  appendSteps(open, 200, 260);
  const { set, release } = openAll(open, files, -Infinity, START_MS + 199 * EVERY_MS);
  writeAll(open);
  const before = files.readFolder(CHUNKS);
  const chunkCount = open.head.chunks.count;
  let dropped = 0;
  for (let ref = 1; ref <= series.count; ref++) dropped += finished.dropChunksBefore(ref, START_MS + 200 * EVERY_MS);
  expect(dropped).toBeGreaterThan(80);
  expect(open.head.chunks.count).toBe(chunkCount - dropped);
  finished.files?.truncate();
  expect(files.readFolder(CHUNKS)).toEqual(before);
  appendSteps(open, 260, 300);
  writeAll(open);
  finished.files?.removeUnpinned();
  expect(contentOf(set)).toEqual(expectedOf(rows));
  release();
  finished.files?.removeUnpinned();
  expect(files.readFolder(CHUNKS).length).toBeLessThan(before.length);
  expect(files.readFolder(CHUNKS)).not.toContain(before[0]);
  expect(Number(readHead(open, files)[1].split(":")[0])).toBeGreaterThan(START_MS + 150 * EVERY_MS);
  await open.close();
});

test("rows of dropped chunks are used again", async () => {
  const files = createFaultyFiles();
  const open = await openHead(files, { samplesPerChunk: 20 });
  const { finished, series, chunks } = open.head;
  let length = 0;
  for (let round = 0; round < 30; round++) {
    appendSteps(open, round * 100, round * 100 + 100);
    writeAll(open);
    for (let ref = 1; ref <= series.count; ref++) finished.dropChunksBefore(ref, START_MS + round * 100 * EVERY_MS);
    finished.files?.truncate();
    if (round === 10) length = chunks.slabs.length;
  }
  expect(chunks.slabs.length).toBe(length);
  for (let ref = 1; ref <= series.count; ref++) finished.dropChunksBefore(ref, Infinity);
  expect(chunks.count).toBe(0);
  finished.files?.truncate();
  expect(files.readFolder(CHUNKS).length).toBeLessThanOrEqual(1);
  await open.close();
});

test("while files can't be written, appends go on and chunks stay in memory; it is said once, and they are written when it works again", async () => {
  const files = createFaultyFiles();
  const lines: string[] = [];
  const logger = createLogger({ level: "info", format: "logfmt", write: (line) => lines.push(line) });
  const open = await openHead(files, { samplesPerChunk: 20, logger });
  const rows = appendSteps(open, 0, 100);
  writeAll(open);
  // The log is on another disk.
  open.head.headLog = undefined;
  files.setCapacity(1);
  rows.push(...appendSteps(open, 100, 260));
  expect(() => writeAll(open)).toThrow("ENOSPC");
  files.heal();
  expect(readHead(open, files)).toEqual(expectedOf(rows));
  writeAll(open);
  expect(open.head.finished.waitingCount).toBe(0);
  expect(readHead(open, files)).toEqual(expectedOf(rows));
  await open.close();
});

test("the newest sample of a series of floats is answered without a chunk; that of a histogram, and one that was deleted, is not", async () => {
  const files = createFaultyFiles();
  const open = await openHead(files);
  const rows: Row[] = [
    [1, START_MS, 1],
    [2, START_MS, histogramOf(2)],
    [3, START_MS, 3],
    [4, START_MS - 1000, 4],
  ];
  open.head.append(batchOf(open.head, rows));
  open.head.tombstones.add(refOf(open.head, 3), { minTimeMs: START_MS, maxTimeMs: START_MS });
  const { selection, set, release } = openAll(open, files, START_MS - 500, START_MS, { latestAtMs: START_MS });
  expect(Array.from(selection.chunkStart)).toEqual([0, 0, 1, 2]);
  expect(contentOf(set)).toEqual({ 1: `${START_MS}:1`, 2: `${START_MS}:h2` });
  release();
  await open.close();
});

test("deleted intervals are left out, of floats and histograms, in files and in memory", async () => {
  const files = createFaultyFiles();
  const open = await openHead(files, { samplesPerChunk: 20 });
  const rows = appendSteps(open, 0, 150);
  writeAll(open);
  const deleted = [
    { minTimeMs: START_MS + 3 * EVERY_MS, maxTimeMs: START_MS + 70 * EVERY_MS },
    { minTimeMs: START_MS + 140 * EVERY_MS, maxTimeMs: START_MS + 145 * EVERY_MS },
  ];
  for (const interval of deleted) for (const i of [0, 1]) open.head.tombstones.add(refOf(open.head, i), interval);
  const kept = rows.filter(([i, timeMs]) => i > 1 || deleted.every(({ minTimeMs, maxTimeMs }) => timeMs < minTimeMs || timeMs > maxTimeMs));
  expect(readHead(open, files)).toEqual(expectedOf(kept));
  await open.close();
});

test("a select of nothing is nothing", async () => {
  const files = createFaultyFiles();
  const open = await openHead(files);
  const { seriesCount, pin } = takeSelection(open.head, new Uint32Array(0), 0, 1, { withDetails: true, latestAtMs: 1 });
  expect(seriesCount).toBe(0);
  open.head.slabAllocator.release(pin);
  await open.close();
});
