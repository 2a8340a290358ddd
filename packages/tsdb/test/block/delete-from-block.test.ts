import { expect, test } from "@jest/globals";
import { nodeFiles } from "@ferula/files";
import { createMatcher } from "@ferula/model";
import { deleteFromBlock } from "../../src/block/delete-from-block.ts";
import { openBlock } from "../../src/block/open-block.ts";
import { blockDisk, every15s, readAll, writeTestBlock } from "./support.ts";

test("the same deletions leave the tombstones that upstream's own left", () => {
  const golden = `${import.meta.dirname}/golden/block`;
  const files = blockDisk();
  files.makeFolder("/data/b/chunks");
  for (const name of ["index", "meta.json", "chunks/000001"])
    files.writeFileAtomic(`/data/b/${name}`, nodeFiles.readFile(`${golden}/${name}`));
  // See golden/README.md.
  const deletions = [
    [1_699_999_210_000, 1_699_999_240_000, "[2-3]."],
    [0, 1_900_000_000_000, "7|11"],
  ] as const;
  for (const [min, max, values] of deletions) {
    const block = openBlock(files, "/data/b");
    deleteFromBlock(files, block, min, max, [createMatcher("=~", "i", values)]);
    block.close();
  }
  const want = openBlock(nodeFiles, golden);
  const found = openBlock(files, "/data/b");
  expect(new Map(found.tombstones)).toEqual(new Map(want.tombstones));
  expect(found.meta).toEqual(want.meta);
  expect(readAll(found)).toEqual(readAll(want));
});

test("a series without samples in the range is not marked; marks that touch become one", () => {
  const files = blockDisk();
  const dir = writeTestBlock(files, [
    [{ a: "1" }, every15s(10)],
    [{ a: "2" }, [[500_000, 1]]],
  ]);
  for (const [min, max] of [
    [-Infinity, 30_000],
    [15_000, 45_000],
    [45_001, 59_000],
  ]) {
    const block = openBlock(files, dir);
    deleteFromBlock(files, block, min, max, []);
    block.close();
  }
  const block = openBlock(files, dir);
  expect([...block.tombstones.values()]).toEqual([[{ minTimeMs: 0, maxTimeMs: 59_000 }]]);
  expect(block.meta.stats.numTombstones).toBe(1);
});

test("whichever operation fails, the deletion is there whole or not at all", () => {
  const files = blockDisk();
  const dir = writeTestBlock(files, [[{ a: "1" }, every15s(10)]]);
  for (let step = 1; ; step++) {
    const block = openBlock(files, dir);
    files.failAt(files.operationCount + step, { code: "EIO", writtenBytes: 3 });
    let isFailed = false;
    try {
      deleteFromBlock(files, block, step * 100, step * 100, []);
    } catch (error) {
      isFailed = true;
      expect((error as { code?: string }).code).toBe("EIO");
    }
    files.heal();
    block.close();
    const marks = [...openBlock(files, dir).tombstones.values()].flat().map(({ minTimeMs }) => minTimeMs);
    expect(marks.every((ms) => ms % 100 === 0 && ms <= step * 100)).toBe(true);
    if (!isFailed) {
      expect(marks).toContain(step * 100);
      break;
    }
    expect(step).toBeLessThan(50);
  }
});
