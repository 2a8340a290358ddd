import { expect, test } from "@jest/globals";
import { createFaultyFiles, type FaultyFiles, flipBit } from "@ferula/files";
import { encodeXorChunk } from "@ferula/chunks";
import { createSharedMemory } from "@ferula/kernels";
import { noLogger } from "@ferula/logging";
import { createSampleColumns } from "@ferula/model";
import { Head } from "../../src/head/head.ts";
import { openHeadChunks } from "../../src/head/open-head-chunks.ts";
import type { HeadChunk } from "../../src/head-chunks/chunk-entry.ts";
import { HeadChunkWriter } from "../../src/head-chunks/head-chunk-writer.ts";
import { WalRefs } from "../../src/wal/wal-refs.ts";
import { batchOf, CHUNKS, expectedOf, histogramOf, openHead, type OpenHead, readHead, refOf, type Row } from "./open-head.ts";

const START_MS = 1_700_000_000_000;
const EVERY_MS = 15_000;

/** Two series of floats, one of histograms, and one that changes between them. */
function rowsOfStep(step: number): Row[] {
  const timeMs = START_MS + step * EVERY_MS;
  const isHistogramTime = Math.floor(step / 15) % 2 === 1;
  return [
    [1, timeMs, Math.cos(step) * 100],
    [2, timeMs, 2],
    [3, timeMs, histogramOf(step + 1)],
    [4, timeMs, isHistogramTime ? histogramOf(step + 1) : step],
  ];
}

function appendSteps({ head }: OpenHead, from: number, to: number): Row[] {
  const all: Row[] = [];
  for (let step = from; step < to; step++) {
    const rows = rowsOfStep(step);
    expect(head.append(batchOf(head, rows)).appended).toBe(rows.length);
    all.push(...rows);
  }
  return all;
}

function writeAll({ head }: OpenHead): void {
  while (head.finished.writeWaiting(1000));
  head.finished.files?.flush();
}

function put(files: FaultyFiles, path: string, bytes: Uint8Array): void {
  const file = files.open(path, "create");
  file.write(bytes, 0);
  file.close();
}

/** A disk with the log and the files of a head that was killed, and what it held. */
async function killedHead(steps: number): Promise<{ readonly files: FaultyFiles; readonly rows: Row[] }> {
  const files = createFaultyFiles();
  const open = await openHead(files, { samplesPerChunk: 20, mostFileBytes: 3000 });
  const rows = appendSteps(open, 0, steps);
  writeAll(open);
  rows.push(...appendSteps(open, steps, steps + 7));
  return { files, rows };
}

test.each(["closed", "killed"])("a head that was %s is there again, start after start, and goes on", async (how) => {
  const files = createFaultyFiles();
  const rows: Row[] = [];
  for (let start = 0; start < 5; start++) {
    const open = await openHead(files, { samplesPerChunk: 20, mostFileBytes: 3000 });
    expect(open.headChunks.summary.corruptions).toBe(0);
    expect(readHead(open, files)).toEqual(expectedOf(rows));
    rows.push(...appendSteps(open, start * 53, start * 53 + 53));
    expect(readHead(open, files)).toEqual(expectedOf(rows));
    if (how === "closed") await open.close();
    else writeAll(open);
  }
  const open = await openHead(files, { samplesPerChunk: 20 });
  expect(readHead(open, files)).toEqual(expectedOf(rows));
  expect(open.head.minTimeMs).toBe(START_MS);
  expect(open.head.maxTimeMs).toBe(START_MS + 264 * EVERY_MS);
  await open.close();
});

test("what the files hold is not made of the log a second time", async () => {
  const { files, rows } = await killedHead(300);
  const open = await openHead(files, { samplesPerChunk: 20 });
  const { chunks } = open.head;
  const inFiles = Array.from({ length: chunks.slabs.length }, (_, row) => row).filter((row) => chunks.fileRef(row) > 0);
  expect(inFiles.length).toBe(open.headChunks.summary.chunks);
  expect(chunks.count - inFiles.length).toBeLessThan(4);
  for (const i of [1, 2, 4]) expect(open.head.finished.coveredUntilMs(refOf(open.head, i))).toBeGreaterThan(START_MS + 250 * EVERY_MS);
  expect(readHead(open, files)).toEqual(expectedOf(rows));
  await open.close();
});

test("without the files the log alone has everything", async () => {
  const { files, rows } = await killedHead(120);
  files.removeFolder(CHUNKS);
  const open = await openHead(files, { samplesPerChunk: 20 });
  expect(readHead(open, files)).toEqual(expectedOf(rows));
  await open.close();
});

test("wherever a file is cut off, the head is there: the log has what was lost", async () => {
  const { files, rows } = await killedHead(60);
  const names = files.readFolder(CHUNKS);
  expect(names.length).toBeGreaterThan(0);
  const contents = names.map((name) => files.readFile(`${CHUNKS}/${name}`));
  const expected = expectedOf(rows);
  for (const [i, name] of names.entries()) {
    for (let length = 0; length < contents[i].length; length += 17) {
      names.forEach((other, k) => put(files, `${CHUNKS}/${other}`, contents[k]));
      put(files, `${CHUNKS}/${name}`, contents[i].slice(0, length));
      const open = await openHead(files, { samplesPerChunk: 20 });
      expect(readHead(open, files)).toEqual(expected);
    }
  }
}, 60_000);

test("wherever a file is damaged, the head is there", async () => {
  const { files, rows } = await killedHead(50);
  const names = files.readFolder(CHUNKS);
  const contents = names.map((name) => files.readFile(`${CHUNKS}/${name}`));
  const expected = expectedOf(rows);
  for (const [i, name] of names.entries()) {
    for (let byte = 0; byte < contents[i].length; byte += 11) {
      names.forEach((other, k) => put(files, `${CHUNKS}/${other}`, contents[k]));
      files.corrupt(`${CHUNKS}/${name}`, flipBit(8 * byte + (byte % 8)));
      const open = await openHead(files, { samplesPerChunk: 20 });
      expect(readHead(open, files)).toEqual(expected);
      // Of the header's three bytes of padding nothing is read.
      if (byte < 5 || byte >= 8) expect(open.headChunks.summary.corruptions).toBe(1);
    }
  }
}, 60_000);

test("chunks of series that the log does not tell of are forgotten, and their references are not used again", async () => {
  const files = createFaultyFiles();
  const { files: other } = await killedHead(60);
  files.makeFolder(CHUNKS);
  for (const name of other.readFolder(CHUNKS)) put(files, `${CHUNKS}/${name}`, other.readFile(`${CHUNKS}/${name}`));
  const open = await openHead(files, { samplesPerChunk: 20 });
  expect(open.headChunks.summary.chunks).toBeGreaterThan(5);
  expect(open.head.chunks.count).toBe(0);
  expect(open.head.series.walRefs[refOf(open.head, 9)]).toBeGreaterThan(3);
  open.head.finished.files?.truncate();
  expect(files.readFolder(CHUNKS)).toEqual([]);
  await open.close();
});

/** A chunk of the samples at these minutes behind the start, whose values are `value`. */
function chunkOf(seriesRef: number, minutes: readonly number[], value: number): HeadChunk {
  const columns = createSampleColumns(minutes.length);
  columns.length = minutes.length;
  minutes.forEach((minute, row) => {
    columns.timestampsMs[row] = START_MS + minute * 60_000;
    columns.values[row] = value;
  });
  const { timestampsMs } = columns;
  const bytes = encodeXorChunk(columns, 0, minutes.length);
  return {
    seriesRef,
    minTimeMs: timestampsMs[0],
    maxTimeMs: timestampsMs[minutes.length - 1],
    encoding: "xor",
    isOutOfOrder: false,
    bytes,
  };
}

test.each([
  { why: "one behind the other", of7: [[1, 2], [3]], of9: [[4, 5], [6]], want: "1:7 2:7 3:7 4:9 5:9 6:9" },
  { why: "the first behind the second", of7: [[4, 5], [6]], of9: [[1], [2]], want: "1:9 2:9 4:7 5:7 6:7" },
  { why: "in turns", of7: [[1], [3], [5]], of9: [[2], [4]], want: "1:7 2:9 3:7 4:9 5:7" },
  { why: "overlapping", of7: [[1, 3], [5]], of9: [[2, 4, 6]], want: "1:7 2:9 3:7 4:9 5:7 6:9" },
])("a series that has two references in the log has the chunks of both: $why", async ({ of7, of9, want }) => {
  const files = createFaultyFiles();
  files.makeFolder(CHUNKS);
  const writer = new HeadChunkWriter({ files, folder: CHUNKS, lastFile: 0 });
  for (const minutes of of7) writer.write(chunkOf(7, minutes, 7));
  for (const minutes of of9) writer.write(chunkOf(9, minutes, 9));
  await writer.close();
  const head = new Head(createSharedMemory(), { chunkRangeMs: 7_200_000, samplesPerChunk: 120 });
  const headChunks = await openHeadChunks({ head, files, logger: noLogger, folder: CHUNKS });
  const ref = refOf(head, 1);
  head.finished.found?.attach(ref, 7);
  head.finished.found?.attach(ref, 9);
  await headChunks.endReplay(new WalRefs());
  const samples = want.split(" ").map((sample) => sample.split(":").map(Number));
  const expected = samples.map(([minute, value]) => `${START_MS + minute * 60_000}:${value}`).join(" ");
  expect(readHead({ head }, files)).toEqual({ 1: expected });
  expect(head.append(batchOf(head, [[1, START_MS + 6 * 60_000 + 1, 0]]))).toMatchObject({ appended: 1 });
  await headChunks.close();
});

test("where the newest sample is in a file alone, the next is compared with it", async () => {
  const files = createFaultyFiles();
  const open = await openHead(files, { samplesPerChunk: 20 });
  const rows = appendSteps(open, 0, 30);
  for (let ref = 1; ref <= 2; ref++) open.head.floats.finish(ref, START_MS + 29 * EVERY_MS);
  for (let ref = 3; ref <= 4; ref++) open.head.histograms.finish(ref);
  await open.close();
  const again = await openHead(files, { samplesPerChunk: 20 });
  expect(readHead(again, files)).toEqual(expectedOf(rows));
  const newestMs = START_MS + 29 * EVERY_MS;
  expect(again.head.append(batchOf(again.head, [[2, newestMs, 2]]))).toMatchObject({ appended: 1, duplicate: 0 });
  expect(again.head.append(batchOf(again.head, [[1, newestMs, 2]]))).toMatchObject({ appended: 0, duplicate: 1 });
  expect(again.head.append(batchOf(again.head, [[1, newestMs + 1, 2]]))).toMatchObject({ appended: 1 });
  expect(readHead(again, files, newestMs + 1, Infinity)).toEqual({ 1: `${newestMs + 1}:2` });
  await again.close();
});

test("whichever operation on the files fails, nothing is lost, now or at the next start", async () => {
  for (let step = 1; ; step++) {
    const files = createFaultyFiles();
    const open = await openHead(files, { samplesPerChunk: 20, mostFileBytes: 1500 });
    open.head.headLog = undefined;
    files.failAt(files.operationCount + step, { code: "EIO", writtenBytes: 700 });
    const before = files.operationCount;
    const rows: Row[] = [];
    for (let round = 0; round < 6; round++) {
      rows.push(...appendSteps(open, round * 40, round * 40 + 40));
      try {
        writeAll(open);
        open.head.finished.files?.truncate();
        readHead(open, files);
      } catch (error) {
        expect((error as Error).message).toContain("EIO");
      }
    }
    const wasReached = files.operationCount >= before + step;
    files.heal();
    writeAll(open);
    expect(open.head.finished.waitingCount).toBe(0);
    expect(readHead(open, files)).toEqual(expectedOf(rows));
    if (!wasReached) break;
    expect(step).toBeLessThan(200);
  }
}, 60_000);
