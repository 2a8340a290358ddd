import { expect, test } from "@jest/globals";
import type { FaultyFiles } from "@ferula/files";
import { PageCache } from "../../src/block/page-cache.ts";
import { isUlid } from "../../src/block/ulid.ts";
import { cleanTombstones, compactBlocks, type CompactOutcome } from "../../src/compact/compact-blocks.ts";
import { deleteBlocks } from "../../src/compact/delete-blocks.ts";
import { loadBlocks, type LoadedBlocks } from "../../src/compact/load-blocks.ts";
import { loadCompacted } from "../../src/compact/load-compacted.ts";
import { planCompaction } from "../../src/compact/plan-compaction.ts";
import { tidyBlockFolder } from "../../src/compact/tidy-folder.ts";
import { blockDisk, PARENT, type TestSeries } from "../block/support.ts";
import { chosenCases } from "../campaigns/extent.ts";
import { deleteIn, every10min, HOUR_MS, range2h, samplesOf, sampleTexts, writeIn } from "./support.ts";

/** One for all, as thousands would be cleared. */
const pageCache = new PageCache(1 << 18);

const rangesMs = [2 * HOUR_MS, 6 * HOUR_MS];

function seriesOf(k: number, offsetMs: number): TestSeries[] {
  return ["1", "2"].map((a) => [{ a }, every10min(range2h(k), offsetMs)]);
}

/** What is left of the folder's blocks but for the last, whose deletions are cleaned apart. */
const samples = sampleTexts([0, 1, 2, 3].flatMap((k) => seriesOf(k, 0)).concat(seriesOf(1, 7000))).filter((text) => !isDeleted(text));

function isDeleted(text: string): boolean {
  const [, a, ms] = /a="(.)".* (\d+):/.exec(text) ?? [];
  return (a === "1" && Number(ms) <= HOUR_MS) || (a === "2" && Number(ms) >= 6 * HOUR_MS && Number(ms) <= 7 * HOUR_MS);
}

/** Four blocks one behind the other, one that overlaps the second without a sample of the same time, and something deleted of two. */
function fill(files: FaultyFiles): void {
  const ulids = [0, 1, 2, 3].map((k) => writeIn(files, range2h(k), seriesOf(k, 0)));
  writeIn(files, range2h(1), seriesOf(1, 7000));
  deleteIn(files, ulids[0], "1", 0, HOUR_MS);
  deleteIn(files, ulids[3], "2", 6 * HOUR_MS, 7 * HOUR_MS);
}

/** A start, then all compactions there are to be done, then the cleaning of tombstones. */
function work(files: FaultyFiles): void {
  tidyBlockFolder(files, PARENT);
  let loaded = finish(files, loadBlocks(files, PARENT, { pageCache }));
  for (let plan = planOf(loaded); plan.length > 0; plan = planOf(loaded)) {
    loaded = finish(files, afterwards(files, compactBlocks(files, PARENT, plan, { pageCache })));
  }
  for (const { meta } of loaded.blocks) {
    const outcome = cleanTombstones(files, PARENT, meta.ulid, { pageCache });
    if (outcome !== undefined) finish(files, afterwards(files, outcome));
  }
}

function planOf({ blocks }: LoadedBlocks): string[] {
  const metas = blocks.map(({ meta }) => meta);
  return planCompaction(metas, { rangesMs }).map(({ ulid }) => ulid);
}

function afterwards(files: FaultyFiles, outcome: CompactOutcome): LoadedBlocks {
  if (outcome.kind === "empty") return loadBlocks(files, PARENT, { pageCache });
  return loadCompacted(files, PARENT, outcome.meta.ulid, { pageCache });
}

function finish(files: FaultyFiles, loaded: LoadedBlocks): LoadedBlocks {
  deleteBlocks(files, PARENT, loaded.obsolete);
  for (const block of loaded.blocks) block.close();
  return loaded;
}

/** Whether it came to the end; what is thrown on the way must be the fault. */
function tryWork(files: FaultyFiles): boolean {
  try {
    work(files);
    return true;
  } catch (error) {
    expect((error as { code?: string }).code).toBe("EIO");
    return false;
  }
}

/** Every sample is served once, whatever happened; and done again, the work comes to its end. */
function expectAllThere(files: FaultyFiles): void {
  const { blocks, broken } = loadBlocks(files, PARENT, { pageCache });
  expect(broken).toEqual([]);
  expect(samplesOf(blocks)).toEqual(samples);
  for (const block of blocks) block.close();
  work(files);
  const done = loadBlocks(files, PARENT, { pageCache });
  expect(samplesOf(done.blocks)).toEqual(samples);
  expect(done.blocks.map(({ meta }) => [meta.minTime / HOUR_MS, meta.maxTime / HOUR_MS])).toEqual([
    [0, 6],
    [6, 8],
  ]);
  expect(done.obsolete).toEqual([]);
  expect(files.readFolder(PARENT).filter((name) => !isUlid(name))).toEqual([]);
}

/** How many operations on files the work takes when none fails. */
function operationsOfWork(): number {
  const files = blockDisk();
  fill(files);
  const before = files.operationCount;
  work(files);
  return files.operationCount - before;
}

test.each([
  { writtenBytes: 0, usual: 60 },
  { writtenBytes: 5000, usual: 20 },
])("whichever operation fails after writing $writtenBytes bytes, no sample is lost and none is there twice", ({ writtenBytes, usual }) => {
  for (const n of chosenCases(operationsOfWork(), usual)) {
    const files = blockDisk();
    fill(files);
    const failing = files.operationCount + n + 1;
    files.failAt(failing, { code: "EIO", writtenBytes });
    tryWork(files);
    expect(files.operationCount).toBeGreaterThanOrEqual(failing);
    files.heal();
    expectAllThere(files);
  }
});

test.each([0, 100, 100_000])(
  "wherever the power is cut, no sample is lost and none is there twice (%d unsynced bytes survive)",
  (survivors) => {
    for (const n of chosenCases(operationsOfWork(), 16)) {
      const files = blockDisk();
      fill(files);
      const failing = files.operationCount + n + 1;
      // From here on nothing reaches the disk.
      for (let k = 0; k < 1000; k++) files.failAt(failing + k, { code: "EIO" });
      tryWork(files);
      expect(files.operationCount).toBeGreaterThanOrEqual(failing);
      files.powerCut(survivors);
      files.heal();
      expectAllThere(files);
    }
  },
);
