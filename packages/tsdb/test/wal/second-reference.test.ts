import { expect, test } from "@jest/globals";
import { createFaultyFiles, type FaultyFiles } from "@ferula/files";
import { createSampleColumns, setStaleAt } from "@ferula/model";
import { encodeXorChunk, type FloatEncoding } from "@ferula/chunks";
import { batchOf, histogramOf, openHead, type OpenHead, readHead, refOf, type Row } from "../head/open-head.ts";

const EVERY_MS = 15_000;
/** The samples of the series' first life; a stale marker ends it. */
const FIRST_LIFE = 27;
/** As many of its second, enough for chunks of histograms, too. */
const SECOND_LIFE = 150;

type ValueOf = (step: number) => Row[2];

interface Life {
  readonly why: string;
  readonly valueOf: ValueOf;
  readonly floatEncoding: FloatEncoding;
}

const LIVES: readonly Life[] = [
  { why: "floats, which wait to be appended together", valueOf: (step) => step % 7, floatEncoding: "xor" },
  { why: "floats that are appended as they come", valueOf: (step) => step % 7, floatEncoding: "xor2" },
  { why: "histograms", valueOf: (step) => histogramOf(step + 1), floatEncoding: "xor" },
  { why: "histograms that became floats", valueOf: (step) => (step < 20 ? histogramOf(step + 1) : step % 7), floatEncoding: "xor" },
  { why: "floats that became histograms", valueOf: (step) => (step < 20 ? step % 7 : histogramOf(step + 1)), floatEncoding: "xor" },
];

function appendSteps({ head }: OpenHead, valueOf: ValueOf, from: number, to: number): void {
  for (let step = from; step < to; step++) {
    const rows: Row[] = [
      [1, step * EVERY_MS, valueOf(step)],
      [2, step * EVERY_MS, 1],
    ];
    expect(head.append(batchOf(head, rows)).appended).toBe(2);
  }
}

function chunksOf({ head: { chunks, series } }: OpenHead, ref: number): number[] {
  const rows: number[] = [];
  for (let row = series.newestChunks[ref]; row !== 0; row = chunks.older[row]) rows.push(row);
  return rows;
}

function write({ head: { finished } }: OpenHead): void {
  while (finished.writeWaiting(1000));
  finished.files?.flush();
}

/** A disk whose log calls a series by two references, each with chunks in files, and what was appended of it. */
async function logOfTwoLives({
  valueOf,
  floatEncoding,
}: Life): Promise<{ readonly files: FaultyFiles; readonly want: Record<string, string> }> {
  const files = createFaultyFiles();
  const open = await openHead(files, { samplesPerChunk: 10, floatEncoding });
  const { head } = open;
  appendSteps(open, valueOf, 0, FIRST_LIFE);
  const marker = batchOf(head, [[1, FIRST_LIFE * EVERY_MS, 0]]);
  setStaleAt(marker, 0);
  head.append(marker);
  write(open);
  const ref = refOf(head, 1);
  const before = readHead(open, files);
  expect((await head.dropStaleSeries(Uint32Array.of(ref), Float64Array.of(FIRST_LIFE * EVERY_MS))).removedSeries).toBe(1);
  appendSteps(open, valueOf, FIRST_LIFE + 1, FIRST_LIFE + SECOND_LIFE);
  write(open);
  const after = readHead(open, files);
  return { files, want: { 1: `${before["1"]} ${after["1"]}`, 2: after["2"] } };
}

test.each(LIVES)("of $why, those of the first reference stay that wait when the chunks of the second are found", async (life) => {
  const { files, want } = await logOfTwoLives(life);
  for (let start = 0; start < 3; start++) {
    const open = await openHead(files, { samplesPerChunk: 10, floatEncoding: life.floatEncoding });
    expect(readHead(open, files)).toEqual(want);
    write(open);
    const { chunks } = open.head;
    const rows = chunksOf(open, refOf(open.head, 1));
    expect(rows.filter((row) => !chunks.isInFile(row))).toEqual([]);
    const ends = rows.map((row) => chunks.maxTimeMs(row));
    expect(ends).toEqual([...ends].sort((a, b) => b - a));
    expect(readHead(open, files)).toEqual(want);
  }
});

test("a chunk that no file took before newer ones were found is told of, kept, and written behind these", async () => {
  const files = createFaultyFiles();
  const open = await openHead(files, { samplesPerChunk: 10 });
  const { chunks, finished } = open.head;
  appendSteps(open, () => 1, 0, FIRST_LIFE);
  const ref = refOf(open.head, 1);
  const columns = createSampleColumns(2);
  columns.timestampsMs.set([900_000, 915_000]);
  columns.length = 2;
  const newer = finished.files?.write({
    seriesRef: ref,
    encoding: "xor",
    isOutOfOrder: false,
    minTimeMs: 900_000,
    maxTimeMs: 915_000,
    bytes: encodeXorChunk(columns),
  });
  const row = chunks.add(900_000, 915_000, 0);
  chunks.setFileRef(row, newer ?? 0);
  finished.attach(ref, row);
  const want = readHead(open, files);
  expect(finished.hasUnwritten(ref)).toBe(true);
  write(open);
  expect(finished.hasUnwritten(ref)).toBe(false);
  expect(chunksOf(open, ref).filter((one) => !chunks.isInFile(one))).toEqual([]);
  expect(readHead(open, files)).toEqual(want);
  const again = await openHead(files, { samplesPerChunk: 10 });
  const ends = chunksOf(again, ref).map((one) => again.head.chunks.maxTimeMs(one));
  expect(ends[0]).toBe(915_000);
  expect(ends).toEqual([...ends].sort((a, b) => b - a));
  expect(ends.length).toBeGreaterThan(2);
});
