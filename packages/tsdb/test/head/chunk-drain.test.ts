import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { createFaultyFiles } from "@ferula/files";
import { createLogger } from "@ferula/logging";
import { batchOf, CHUNKS, expectedOf, openAll, openHead, type OpenHead, readHead, type Row } from "./open-head.ts";

const START_MS = 1_700_000_000_000;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ["setImmediate", "performance", "nextTick", "queueMicrotask", "Date"] });
});

afterEach(() => {
  jest.useRealTimers();
});

function appendSteps({ head }: OpenHead, from: number, to: number): Row[] {
  const all: Row[] = [];
  for (let step = from; step < to; step++) {
    const rows = Array.from({ length: 300 }, (_, i): Row => [i, START_MS + step * 15_000, Math.sin(i * step)]);
    head.append(batchOf(head, rows));
    all.push(...rows);
  }
  return all;
}

test("chunks go to files by themselves soon after they are finished", async () => {
  const files = createFaultyFiles();
  const open = await openHead(files, { writesItself: true, samplesPerChunk: 20 });
  const rows = appendSteps(open, 0, 50);
  expect(open.head.finished.waitingCount).toBe(600);
  jest.advanceTimersByTime(2000);
  expect(open.head.finished.waitingCount).toBe(0);
  expect(files.readFile(`${CHUNKS}/000001`).length).toBeGreaterThan(600 * 30);
  expect(readHead(open, files)).toEqual(expectedOf(rows));
  appendSteps(open, 50, 70);
  expect(open.head.finished.waitingCount).toBeGreaterThan(0);
  jest.advanceTimersByTime(2000);
  expect(open.head.finished.waitingCount).toBe(0);
  await open.close();
});

test("a full disk is told once, chunks wait, and within ten seconds of there being room they are written and that is told", async () => {
  const files = createFaultyFiles();
  const lines: string[] = [];
  const logger = createLogger({ level: "info", format: "logfmt", write: (line) => lines.push(line) });
  const open = await openHead(files, { writesItself: true, samplesPerChunk: 20, logger });
  open.head.headLog = undefined;
  files.setCapacity(1);
  const rows = appendSteps(open, 0, 50);
  jest.advanceTimersByTime(30_000);
  rows.push(...appendSteps(open, 50, 70));
  jest.advanceTimersByTime(30_000);
  expect(lines.filter((line) => line.includes("cannot write or remove files of the head's chunks"))).toHaveLength(1);
  expect(readHead(open, files)).toEqual(expectedOf(rows));
  files.heal();
  jest.advanceTimersByTime(10_000);
  expect(open.head.finished.waitingCount).toBe(0);
  expect(files.readFile(`${CHUNKS}/000001`).length).toBeGreaterThan(open.head.chunks.count * 30);
  expect(lines.filter((line) => line.includes("are written again"))).toHaveLength(1);
  expect(readHead(open, files)).toEqual(expectedOf(rows));
  await open.close();
});

test("files go by themselves after a truncation, once nobody reads them", async () => {
  const files = createFaultyFiles();
  const open = await openHead(files, { writesItself: true, samplesPerChunk: 20, mostFileBytes: 20_000 });
  const { finished, series } = open.head;
  const rows: Row[] = [];
  for (let step = 0; step < 200; step += 20) {
    rows.push(...appendSteps(open, step, step + 20));
    jest.advanceTimersByTime(2000);
  }
  const { release } = openAll(open, files, -Infinity, Infinity);
  for (let ref = 1; ref <= series.count; ref++) finished.dropChunksBefore(ref, START_MS + 150 * 15_000);
  finished.truncateFiles();
  jest.advanceTimersByTime(60_000);
  expect(files.readFolder(CHUNKS)[0]).toBe("000001");
  release();
  jest.advanceTimersByTime(10_000);
  expect(Number(files.readFolder(CHUNKS)[0])).toBeGreaterThan(5);
  expect(readHead(open, files, START_MS + 160 * 15_000)).toEqual(expectedOf(rows, START_MS + 160 * 15_000));
  await open.close();
});

test("with a million chunks to come, memory does not wait for the timer", async () => {
  const files = createFaultyFiles();
  const open = await openHead(files, { samplesPerChunk: 4 });
  appendSteps(open, 0, 300);
  expect(open.head.chunks.count).toBeGreaterThan(20_000);
  expect(open.head.finished.waitingCount).toBeLessThan(8192);
  await open.close();
  const again = await openHead(files, { samplesPerChunk: 4 });
  expect(again.headChunks.summary.chunks).toBe(open.head.chunks.count);
  await again.close();
});
