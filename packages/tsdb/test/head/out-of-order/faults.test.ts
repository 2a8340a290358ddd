import { expect, jest, test } from "@jest/globals";
import { createFaultyFiles, type Files, flipBit } from "@ferula/files";
import { isPromError } from "@ferula/model";
import { type Contents, contentsOf, diskWith } from "../../campaigns/disk-copy.ts";
import { chosenCases } from "../../campaigns/extent.ts";
import { append, batchOf, type Content, contentOf, histogramOf, type LateHead, openLate, RANGE_MS, type Row, textOf } from "./support.ts";

const options = { cap: 8, windowMs: RANGE_MS, segmentBytes: 1500 };

/** A batch: the series `a` to `e` in order, and each of them twice before that; `e` has histograms among its floats. */
function rowsOf(k: number): Row[] {
  return ["a", "b", "c", "d", "e"].flatMap((series, i): Row[] => {
    const late = (2 * ((k * 7) % 40) + i) * 1000 + 500_000;
    return [
      [series, 1_000_000 + k * 15_000, k],
      [series, late, k + 0.5],
      [series, late + 1000 * 97, series === "e" && k % 3 === 0 ? histogramOf(k + 1) : -k],
    ];
  });
}

function put(content: Content, rows: readonly Row[]): void {
  for (const [series, timeMs, value] of rows) {
    const samples = content.get(String(series)) ?? new Map<number, string>();
    content.set(String(series), samples.set(timeMs, textOf(value)));
  }
}

/** Twenty batches and a compaction in between whose blocks are never written; returns what was acknowledged. */
async function run({ head }: LateHead): Promise<Content> {
  const taken: Content = new Map();
  for (let k = 0; k < 20; k++) {
    try {
      append(head, rowsOf(k));
      put(taken, rowsOf(k));
    } catch (error) {
      expect(isPromError(error)).toBe(true);
    }
    if (k === 12) await head.outOfOrder.beginCompaction().catch((error: unknown) => expect(isPromError(error)).toBe(true));
  }
  return taken;
}

function sorted(content: Content): string[] {
  return [...content].flatMap(([series, samples]) => [...samples].map(([timeMs, text]) => `${series} ${timeMs} ${text}`)).sort();
}

/** Fails unless each of `found` is one of `all`; jest's own way would compare each with each. */
function expectAmong(found: readonly string[], all: readonly string[]): void {
  const known = new Set(all);
  expect(found.filter((sample) => !known.has(sample))).toEqual([]);
}

/** How many operations on files `run` takes when none fails. */
async function operationsOfRun(): Promise<number> {
  const files = createFaultyFiles();
  const late = await openLate(files, options);
  const before = files.operationCount;
  await run(late);
  return files.operationCount - before;
}

test.each([
  { code: "EIO", writtenBytes: 0, usual: 50 },
  { code: "ENOSPC", writtenBytes: 11, usual: 15 },
])("whichever operation fails with %o, what was taken is there, what was refused is not", async ({ usual, ...fault }) => {
  for (const n of chosenCases(await operationsOfRun(), usual)) {
    const files = createFaultyFiles();
    const late = await openLate(files, options);
    const failing = files.operationCount + n + 1;
    files.failAt(failing, fault);
    const taken = await run(late);
    expect(files.operationCount).toBeGreaterThanOrEqual(failing);
    expect([n, sorted(contentOf(late.head, files))]).toEqual([n, sorted(taken)]);
    files.heal();
    const again = await openLate(files, options);
    expect([n, sorted(contentOf(again.head, files))]).toEqual([n, sorted(taken)]);
  }
});

test.each(["segment", "commit"] as const)("power that is cut at any batch loses nothing of the ones before (fsync: %s)", async (fsync) => {
  for (const n of chosenCases(19, 10)) {
    const cutAt = n + 1;
    const files = createFaultyFiles();
    for (const folder of ["/data/wal", "/data/wbl", "/data/chunks_head"]) {
      files.makeFolder(folder);
      files.syncFolder(folder);
    }
    const { head } = await openLate(files, { ...options, fsync });
    const taken: Content = new Map();
    for (let k = 0; k < cutAt; k++) {
      append(head, rowsOf(k));
      put(taken, rowsOf(k));
    }
    files.powerCut((sector) => (sector * 2654435761) % 3 !== cutAt % 3);
    const found = sorted(contentOf((await openLate(files, { ...options, fsync })).head, files));
    if (fsync === "commit") expect(found).toEqual(sorted(taken));
    else expectAmong(found, sorted(taken));
  }
});

test("when the log of samples in order fails, those out of order of the batch are taken out of theirs again", async () => {
  const files = createFaultyFiles();
  const { head } = await openLate(files, { windowMs: RANGE_MS });
  append(head, [["a", 1000, 1]]);
  append(head, [["a", 500, 1]]);
  files.failWritesTo("/wal/", { code: "EIO", writtenBytes: 3 });
  const batch: Row[] = [
    ["a", 2000, 2],
    ["a", 600, 2],
  ];
  expect(() => append(head, batch)).toThrow(/write-ahead log/);
  expect(head.counters.floats.late).toBe(1);
  files.heal();
  const again = await openLate(files);
  expect(sorted(contentOf(again.head, files))).toEqual(["a 1000 1", "a 500 1"]);
  append(again.head, batch);
  expect(sorted(contentOf(again.head, files))).toHaveLength(4);
});

test("a chunk that the files can't take stays in memory, is told of, and goes to the files when they can", async () => {
  const told: string[] = [];
  const logger = { error: (message: string) => void told.push(message) };
  const files = createFaultyFiles();
  const { head } = await openLate(files, { cap: 4, logger: Object.assign(Object.create(noOp), logger) });
  append(head, [["a", 1_000_000, 1]]);
  const { files: headFiles } = head.finished;
  const write = jest.spyOn(headFiles as NonNullable<typeof headFiles>, "write").mockImplementation(() => {
    throw new Error("no space is left");
  });
  for (let k = 0; k < 10; k++) append(head, [["a", k * 1000, k]]);
  expect(told).toEqual(["cannot write a chunk of samples out of order; it stays in memory and is tried again"]);
  expect(head.outOfOrder.store.unwrittenCount).toBe(2);
  await expect(head.outOfOrder.beginCompaction()).rejects.toThrow(/cannot write 3 chunks out of order: no space is left/);
  expect(sorted(contentOf(head, files))).toHaveLength(11);
  write.mockRestore();
  const compaction = await head.outOfOrder.beginCompaction();
  expect(head.outOfOrder.store.unwrittenCount).toBe(0);
  expect(compaction?.ranges).toEqual([{ minTimeMs: 0, maxTimeMs: RANGE_MS }]);
  expect(sorted(contentOf(head, files))).toHaveLength(11);
});

/** A logger of which a test needs one method. */
const noOp = { info: () => undefined, warn: () => undefined, debug: () => undefined, error: () => undefined };

test("without its chunk file, what a marker says is in it comes from the log again", async () => {
  const files = createFaultyFiles();
  const first = await openLate(files, options);
  const taken = await run(first);
  await first.close();
  files.removeFolder("/data/chunks_head");
  const { head, wbl } = await openLate(files, options);
  expect(wbl?.corruptions).toBe(0);
  expect(sorted(contentOf(head, files))).toEqual(sorted(taken));
});

/** A folder that was written to, and what was taken; copies of it are damaged. */
async function written(): Promise<{ readonly contents: Contents; readonly all: readonly string[]; readonly segments: readonly string[] }> {
  const files = createFaultyFiles();
  const late = await openLate(files, { ...options, cap: 1000 });
  const taken = await run(late);
  const segments = files.readFolder("/data/wbl").map((name) => `/data/wbl/${name}`);
  return { contents: contentsOf(files, "/data"), all: sorted(taken), segments };
}

/** Starts on a damaged folder: whatever is there was sent, and all of what is in order is there. */
async function startDamaged(files: Files, all: readonly string[]): Promise<number> {
  const { head } = await openLate(files, options);
  const found = sorted(contentOf(head, files, {}, -Infinity, Infinity));
  expectAmong(found, all);
  expect(found.filter((sample) => Number(sample.split(" ")[1]) >= 1_000_000)).toHaveLength(100);
  append(head, [
    ["z", 2_000_000, 1],
    ["a", 900_000, 1],
  ]);
  expect(batchOf(head, [["z", 2_000_000, 1]]).length).toBe(1);
  return found.length;
}

test("a log that is cut short at any byte gives what is before", async () => {
  const { contents, all, segments } = await written();
  const [path] = segments.slice(-2);
  // Behind the records the page is filled with zeros.
  const sizeBytes = Math.min(contents.get(path)?.length ?? 0, options.segmentBytes);
  let last = all.length;
  for (const n of chosenCases(sizeBytes + 1, 15)) {
    const damaged = diskWith(contents);
    const end = sizeBytes - n;
    damaged.corrupt(path, (content) => content.slice(0, end));
    const count = await startDamaged(damaged, all);
    expect(count).toBeLessThanOrEqual(last);
    last = count;
  }
  expect(last).toBeLessThan(all.length);
});

test("a flipped bit costs the record it is in, mostly, and is told of", async () => {
  const { contents, all, segments } = await written();
  const costs: number[] = [];
  for (const bit of chosenCases(1200 * 8, 16)) {
    const files = diskWith(contents);
    files.corrupt(segments[0], flipBit(bit));
    costs.push(all.length - (await startDamaged(files, all)));
  }
  // A record is one batch's samples of one kind: ten floats at most. A damaged length may cost what is left of the page.
  expect(costs.filter((cost) => cost > 10).length).toBeLessThan(costs.length / 5);
  expect(costs.filter((cost) => cost > 0).length).toBeGreaterThan(costs.length / 2);
});
