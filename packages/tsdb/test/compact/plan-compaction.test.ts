import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import type { BlockMeta } from "../../src/block/meta.ts";
import { createUlid } from "../../src/block/ulid.ts";
import { blockRangesMs } from "../../src/compact/block-ranges.ts";
import { haveOverlap, planCompaction } from "../../src/compact/plan-compaction.ts";
import { metaOf } from "./support.ts";

type Extras = Omit<Parameters<typeof metaOf>[0], "ulid" | "minTime" | "maxTime">;

/** Blocks named by their age. */
function metas(of: readonly (readonly [minTime: number, maxTime: number, extras?: Extras])[]): BlockMeta[] {
  return of.map(([minTime, maxTime, extras], i) => metaOf({ ulid: createUlid(i), minTime, maxTime, ...extras }));
}

const rangesMs = [20, 60, 180];

test.each([
  { why: "no blocks, no plan", blocks: metas([]), plan: [] },
  {
    why: "the newest is left alone",
    blocks: metas([
      [0, 20],
      [20, 40],
      [40, 60],
    ]),
    plan: [],
  },
  {
    why: "a full range is taken",
    blocks: metas([
      [0, 20],
      [20, 40],
      [40, 60],
      [60, 80],
    ]),
    plan: [0, 1, 2],
  },
  {
    why: "a range with a gap is taken once it is past",
    blocks: metas([
      [0, 20],
      [40, 60],
      [60, 80],
      [80, 100],
    ]),
    plan: [0, 1],
  },
  {
    why: "blocks on both sides of a range's end don't become one",
    blocks: metas([
      [40, 60],
      [60, 80],
      [120, 140],
      [140, 160],
    ]),
    plan: [],
  },
  {
    why: "one that failed keeps its range from being taken",
    blocks: metas([
      [0, 20, { failed: true }],
      [20, 40],
      [40, 60],
      [60, 80],
    ]),
    plan: [],
  },
  {
    why: "overlaps go first, those of the newest and of failed ones too",
    blocks: metas([
      [0, 20],
      [20, 40, { failed: true }],
      [30, 50],
    ]),
    plan: [1, 2],
  },
  {
    why: "only the first run of overlaps",
    blocks: metas([
      [0, 20],
      [10, 30],
      [40, 60],
      [50, 70],
    ]),
    plan: [0, 1],
  },
  {
    why: "what overlaps one that began long ago counts",
    blocks: metas([
      [0, 100],
      [10, 20],
      [30, 40],
      [100, 120],
    ]),
    plan: [0, 1, 2],
  },
  {
    why: "a long block with over 5 % deleted is written anew",
    blocks: metas([
      [0, 60, { numSeries: 99, numTombstones: 6 }],
      [60, 80],
    ]),
    plan: [0],
  },
  {
    why: "not with 5 %",
    blocks: metas([
      [0, 60, { numSeries: 99, numTombstones: 5 }],
      [60, 80],
    ]),
    plan: [],
  },
  {
    why: "a short one only if all may be deleted",
    blocks: metas([
      [0, 20, { numSeries: 9, numTombstones: 8 }],
      [60, 80],
    ]),
    plan: [],
  },
  {
    why: "a short one of which all may be deleted",
    blocks: metas([
      [0, 20, { numSeries: 9, numTombstones: 9 }],
      [60, 80],
    ]),
    plan: [0],
  },
  {
    why: "blocks of stale series don't mix with others",
    blocks: metas([
      [0, 20],
      [10, 30, { hints: ["from-stale-series"] }],
      [10, 30, { hints: ["from-stale-series"] }],
    ]),
    plan: [1, 2],
  },
  {
    why: "ranges before 1970 are aligned too",
    blocks: metas([
      [-60, -40],
      [-40, -20],
      [-20, 0],
      [0, 20],
    ]),
    plan: [0, 1, 2],
  },
])("$why", ({ blocks, plan }) => {
  expect(planCompaction(blocks.toReversed(), { rangesMs })).toEqual(plan.map((i) => blocks[i]));
});

test("neither a block that is held back nor any made after it is touched", () => {
  const blocks = metas([
    [0, 20],
    [20, 40],
    [40, 60],
    [60, 80],
    [70, 90],
  ]);
  expect(planCompaction(blocks, { rangesMs, isHeldBack: ({ minTime }) => minTime === 70 })).toEqual(blocks.slice(0, 3));
  expect(planCompaction(blocks, { rangesMs, isHeldBack: ({ minTime }) => minTime === 20 })).toEqual([]);
});

const LATE = { hints: ["from-out-of-order"] };

test.each([
  {
    why: "blocks out of order that end later than those in order are not merged with these",
    blocks: metas([
      [0, 20],
      [20, 40],
      [40, 60, LATE],
      [60, 80, LATE],
    ]),
    inOrderEndMs: 40,
    plan: [],
  },
  {
    why: "not where they overlap either",
    blocks: metas([
      [0, 20],
      [0, 60, LATE],
    ]),
    inOrderEndMs: 20,
    plan: [],
  },
  {
    why: "they are merged among themselves",
    blocks: metas([
      [0, 20],
      [20, 40, LATE],
      [20, 40, LATE],
    ]),
    inOrderEndMs: 20,
    plan: [1, 2],
  },
  {
    why: "one that ends as those in order do is merged with these",
    blocks: metas([
      [0, 20],
      [0, 20, LATE],
      [20, 40, LATE],
    ]),
    inOrderEndMs: 20,
    plan: [0, 1],
  },
])("$why", ({ blocks, inOrderEndMs, plan }) => {
  expect(planCompaction(blocks, { rangesMs, inOrderEndMs })).toEqual(plan.map((i) => blocks[i]));
});

test("blocks that only touch don't overlap", () => {
  expect(
    haveOverlap(
      metas([
        [0, 20],
        [20, 40],
      ]),
    ),
  ).toBe(false);
  expect(
    haveOverlap(
      metas([
        [0, 21],
        [20, 40],
      ]),
    ),
  ).toBe(true);
});

test.each([
  { why: "lengths grow by three up to the longest", shortestMs: 2, longestMs: 60, want: [2, 6, 18, 54] },
  { why: "the longest counts", shortestMs: 2, longestMs: 18, want: [2, 6, 18] },
  { why: "there is always one", shortestMs: 2, longestMs: 1, want: [2] },
  { why: "there are ten at most", shortestMs: 1, longestMs: Infinity, want: [1, 3, 9, 27, 81, 243, 729, 2187, 6561, 19_683] },
])("$why", ({ shortestMs, longestMs, want }) => {
  expect(blockRangesMs(shortestMs, longestMs)).toEqual(want);
});

interface GoldenPlan {
  readonly rangesMs: readonly number[];
  readonly blocks: readonly (readonly [number, number, number, number, number, string])[];
  readonly plan: readonly number[];
}

const hintsOf: Readonly<Record<string, string>> = { o: "from-out-of-order", s: "from-stale-series", e: "from-selected-series" };

test("300 random folders are planned as Prometheus plans them", () => {
  const lines = readFileSync(`${import.meta.dirname}/golden/plans.jsonl`, "utf8")
    .trimEnd()
    .split("\n");
  expect(lines).toHaveLength(300);
  for (const line of lines) {
    const golden = JSON.parse(line) as GoldenPlan;
    const blocks = metas(
      golden.blocks.map(([minTime, maxTime, numSeries, numTombstones, failed, hints]) => [
        minTime,
        maxTime,
        { numSeries, numTombstones, failed: failed === 1, hints: Array.from(hints, (letter) => hintsOf[letter]) },
      ]),
    );
    const plan = planCompaction(blocks, golden).map((meta) => blocks.indexOf(meta));
    expect({ line, plan }).toEqual({ line, plan: golden.plan });
  }
});
