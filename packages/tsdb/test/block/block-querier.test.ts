import { expect, test } from "@jest/globals";
import { createMatcher, createSampleColumns } from "@ferula/model";
import { openBlock, type BlockReader } from "../../src/block/open-block.ts";
import { writeTombstones, type Tombstones } from "../../src/block/tombstones.ts";
import { blockDisk, every15s, readAll, testBlock, writeTestBlock, type TestSeries } from "./support.ts";

/** Two series: one over a quarter of an hour in chunks of two minutes, one with a single sample in the middle. */
const series: TestSeries[] = [
  [{ __name__: "long", job: "a" }, every15s(60)],
  [{ __name__: "short", job: "b" }, [[450_000, 7]]],
];

/** The block with these deleted, by the series' place. */
function blockWithout(deleted: readonly (readonly [series: number, minTimeMs: number, maxTimeMs: number])[]): BlockReader {
  const files = blockDisk();
  const dir = writeTestBlock(files, series, 8);
  const refs = openBlock(files, dir).index.allSeries();
  const tombstones: Tombstones = new Map(
    [0, 1].map((place) => [
      refs[place],
      deleted.filter(([of]) => of === place).map(([, minTimeMs, maxTimeMs]) => ({ minTimeMs, maxTimeMs })),
    ]),
  );
  writeTombstones(files, dir, tombstones);
  return openBlock(files, dir);
}

function times(text: string | undefined): number[] {
  return (text ?? "").split(" ").flatMap((sample) => (sample === "" ? [] : [Number(sample.split(":")[0])]));
}

const all = every15s(60).map(([ms]) => ms);

test.each([
  { why: "everything", min: -Infinity, max: Infinity, series: 2 },
  { why: "both ends of the range count", min: 15_000, max: 45_000, series: 1 },
  { why: "a single moment", min: 450_000, max: 450_000, series: 2 },
  { why: "a moment between samples", min: 451_000, max: 452_000, series: 1 },
  { why: "a range across chunks", min: 100_001, max: 700_000, series: 2 },
  { why: "before the first sample", min: -500, max: -1, series: 0 },
  { why: "behind the last sample", min: 900_000, max: 1_000_000, series: 0 },
  { why: "behind the block", min: 7_200_000, max: 8_000_000, series: 0 },
])("$why: $min to $max", ({ min, max, series: count }) => {
  const found = readAll(testBlock(series, 8), [], min, max);
  expect(found).toHaveLength(count);
  expect(times(found[0]?.[1])).toEqual(count === 0 ? [] : all.filter((ms) => ms >= min && ms <= max));
});

test.each([
  { why: "nothing is deleted", deleted: [], left: () => true },
  { why: "inside a chunk", deleted: [[0, 30_000, 45_000]], left: (ms: number) => ms < 30_000 || ms > 45_000 },
  { why: "across chunks", deleted: [[0, 31_000, 400_000]], left: (ms: number) => ms < 31_000 || ms > 400_000 },
  { why: "a whole chunk", deleted: [[0, 120_000, 225_000]], left: (ms: number) => ms < 120_000 || ms > 225_000 },
  {
    why: "several stretches",
    deleted: [
      [0, -Infinity, 14_999],
      [0, 60_000, 60_000],
      [0, 800_000, Infinity],
    ],
    left: (ms: number) => ms >= 14_999 && ms !== 60_000 && ms < 800_000,
  },
] as const)("$why: the rest is read, in any range", ({ deleted, left }) => {
  const block = blockWithout(deleted);
  for (const [min, max] of [
    [-Infinity, Infinity],
    [30_000, 130_000],
    [60_000, 60_000],
  ]) {
    const found = readAll(block, [createMatcher("=", "job", "a")], min, max);
    expect(times(found[0]?.[1])).toEqual(all.filter((ms) => left(ms) && ms >= min && ms <= max));
  }
});

test("a series of which nothing is left is not found; its labels are still listed", () => {
  const block = blockWithout([[1, 0, 1e9]]);
  expect(readAll(block).map(([labels]) => labels)).toEqual(['{__name__="long", job="a"}']);
  expect(block.querier(0, 1e9).labelValues("job", [], 0).values).toEqual(["a", "b"]);
});

test.each([
  { name: "job", matchers: [], limit: 0, values: ["a", "b"], truncated: false, why: "all values" },
  { name: "job", matchers: [], limit: 1, values: ["a"], truncated: true, why: "a limit cuts" },
  { name: "job", matchers: [], limit: 2, values: ["a", "b"], truncated: false, why: "a limit that is just met does not" },
  { name: "job", matchers: [createMatcher("=", "__name__", "short")], limit: 0, values: ["b"], truncated: false, why: "of other labels" },
  { name: "job", matchers: [createMatcher("!=", "job", "a")], limit: 0, values: ["b"], truncated: false, why: "of the label itself" },
  {
    name: "job",
    matchers: [createMatcher("=", "__name__", "short"), createMatcher("=", "job", "a")],
    limit: 0,
    values: [],
    truncated: false,
    why: "that no series satisfies",
  },
  { name: "nope", matchers: [], limit: 0, values: [], truncated: false, why: "a label that nobody has" },
])("label values, $why", ({ name, matchers, limit, values, truncated }) => {
  expect(testBlock(series).querier(0, 1e6).labelValues(name, matchers, limit)).toEqual({ values, truncated });
});

test.each([
  { matchers: [], limit: 0, values: ["__name__", "extra", "job"], truncated: false },
  { matchers: [], limit: 2, values: ["__name__", "extra"], truncated: true },
  { matchers: [createMatcher("=", "extra", "")], limit: 0, values: ["__name__", "job"], truncated: false },
])("label names: $values", ({ matchers, limit, values, truncated }) => {
  const block = testBlock([...series, [{ __name__: "more", extra: "1" }, [[5, 5]]]]);
  expect(block.querier(0, 1e6).labelNames(matchers, limit)).toEqual({ values, truncated });
});

test("a block outside of the range has no labels to list", () => {
  const querier = testBlock(series).querier(7_200_000, 8_000_000);
  expect(querier.labelNames([], 0).values).toEqual([]);
  expect(querier.labelValues("job", [], 0).values).toEqual([]);
});

test("a block that is closed is read to the end by those who have it open, and by nobody else", () => {
  const block = testBlock(series, 8);
  const querier = block.querier(0, 1e6);
  const set = querier.select([]);
  const out = createSampleColumns(1);
  block.close();
  set.read(0, out);
  expect(out.length).toBe(60);
  expect(() => block.querier(0, 1)).toThrow("the block is being closed");
  querier.close();
  querier.close();
  expect(() => block.chunks.read(8)).toThrow("EBADF");
});
