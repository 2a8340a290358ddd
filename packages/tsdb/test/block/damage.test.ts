import { expect, test } from "@jest/globals";
import { flipBit, type FaultyFiles } from "@ferula/files";
import { createMatcher, isPromError } from "@ferula/model";
import { openBlock, type BlockReader } from "../../src/block/open-block.ts";
import { PageCache } from "../../src/block/page-cache.ts";
import { blockDisk, every15s, readAll, writeTestBlock, type TestSeries } from "./support.ts";

const series: TestSeries[] = Array.from({ length: 36 }, (_, i) => [
  { __name__: `m${i % 3}`, n: `v${i}`, ...(i % 2 === 0 ? { even: "yes" } : {}) },
  every15s(8, (k) => Math.sin(i + k)),
]);

/** Everything that can be asked of a block. */
const questions: readonly ((block: BlockReader) => unknown)[] = [
  (block) => [block.meta, block.sizeBytes],
  (block) => readAll(block),
  (block) => readAll(block, [createMatcher("=~", "n", "v1.*"), createMatcher("!=", "even", "")]),
  (block) => readAll(block, [createMatcher("=", "n", "v7")], 20_000, 60_000),
  (block) => block.querier(0, 1e6).labelNames([], 0),
  (block) => block.querier(0, 1e6).labelValues("n", [], 0),
  (block) => [...block.index.symbols.all()],
];

const pageCache = new PageCache();

/** The answers, or what was thrown, as text. A block that can't be opened gives no answer at all. */
function answers(files: FaultyFiles, dir: string): string[] {
  const tried = <T>(run: () => T): T | string => {
    try {
      return run();
    } catch (error) {
      if (!isPromError(error)) throw error;
      return error.message;
    }
  };
  const block = tried(() => openBlock(files, dir, { pageCache }));
  if (typeof block === "string") return [block];
  const found = questions.map((ask) => tried(() => JSON.stringify(ask(block))));
  block.close();
  return found;
}

const TOLD = /^cannot read \/data\/[0-9A-Z]{26}\/(index|chunks\/000001|tombstones|meta\.json)( at offset \d+)?: ./;

test.each(["index", "chunks/000001", "tombstones", "meta.json"])(
  "any flipped bit of %s is told with its file, or changes no answer",
  (name) => {
    const files = blockDisk();
    const dir = writeTestBlock(files, series, 4);
    const path = `${dir}/${name}`;
    const want = answers(files, dir);
    const good = files.readFile(path);
    let toldCount = 0;
    for (let byte = 0; byte < good.length; byte++) {
      files.corrupt(path, flipBit(8 * byte + (byte % 8)));
      const found = answers(files, dir);
      const wrong = found.filter((answer, i) => !TOLD.test(answer) && answer !== want[i]);
      expect(wrong).toEqual([]);
      if (found.some((answer) => TOLD.test(answer))) toldCount++;
      files.corrupt(path, () => good.slice());
    }
    expect(toldCount).toBeGreaterThan(good.length / 2);
    expect(answers(files, dir)).toEqual(want);
  },
);

test.each(["index", "chunks/000001", "tombstones", "meta.json"])("%s cut off anywhere is told", (name) => {
  const files = blockDisk();
  const dir = writeTestBlock(files, series.slice(0, 8), 4);
  const path = `${dir}/${name}`;
  const good = files.readFile(path);
  for (let length = 0; length < good.length; length++) {
    files.corrupt(path, () => good.slice(0, length));
    expect(answers(files, dir).some((answer) => TOLD.test(answer))).toBe(true);
  }
});

test.each([
  { name: "index", message: "ENOENT" },
  { name: "meta.json", message: "ENOENT" },
  { name: "chunks/000001", message: /^cannot read .*\/chunks: there is no segment 000001$/ },
])("a block without its $name is refused, or says what is missing", ({ name, message }) => {
  const files = blockDisk();
  const dir = writeTestBlock(files, series);
  files.unlink(`${dir}/${name}`);
  expect(() => readAll(openBlock(files, dir))).toThrow(message);
});

test("damage to one series costs that one: the others are read", () => {
  const files = blockDisk();
  const dir = writeTestBlock(files, series, 4);
  const block = openBlock(files, dir);
  const ref = block.index.allSeries()[5];
  block.close();
  files.corrupt(`${dir}/index`, flipBit(8 * (ref * 16 + 2)));
  const found = readAll(openBlock(files, dir), [createMatcher("=", "n", "v35")]);
  expect(found).toHaveLength(1);
  expect(() => readAll(openBlock(files, dir))).toThrow(`/index at offset ${ref * 16}: a series: the checksum is `);
});

test("an error of the disk is told as it is, and the next read has its chance", () => {
  const files = blockDisk();
  const dir = writeTestBlock(files, series, 4);
  const want = readAll(openBlock(files, dir));
  for (let step = 1; ; step++) {
    const before = files.operationCount;
    files.failAt(before + step, { code: "EIO" });
    let isFailed = false;
    try {
      readAll(openBlock(files, dir));
    } catch (error) {
      isFailed = true;
      expect((error as { code?: string }).code).toBe("EIO");
    }
    files.heal();
    expect(readAll(openBlock(files, dir))).toEqual(want);
    if (!isFailed) break;
    expect(step).toBeLessThan(100);
  }
});
