import { expect, test } from "@jest/globals";
import { formatLabels } from "@ferula/model";
import { defaultParseOptions } from "@ferula/promql-syntax";
import { createEngine } from "../../../src/index.ts";
import { storageOf } from "../../memory-storage.ts";
import { queryLines } from "../query-lines.ts";

const MINUTE_MS = 60_000;
const storage = storageOf(
  MINUTE_MS,
  'm{instance="a",job="1",own="x"} 0+1x8',
  'm{instance="b",job="1"} 0+1x8',
  'n{job="1"} 7x8',
  'target_info{instance="a",job="1",v="old",own="y"} 1 1 1 stale',
  'target_info{instance="a",job="1",v="new"} _ _ _ 1 1 1 1 1 1',
  'target_info{instance="b",job="2",v="other"} 1x8',
  'build_info{instance="b",job="1",rev="r1"} 1x8',
);
const plainA = '{__name__="m", instance="a", job="1", own="x"} 1@60000 2@120000 3@180000 4@240000';
const plainB = '{__name__="m", instance="b", job="1"} 1@60000 2@120000 3@180000 4@240000';
const builtB = '{__name__="m", instance="b", job="1", rev="r1"} 1@60000 2@120000 3@180000 4@240000';
const oldA = '{__name__="m", instance="a", job="1", own="x", v="old"} 1@60000 2@120000';
const newA = '{__name__="m", instance="a", job="1", own="x", v="new"} 3@180000 4@240000';

test.each<[why: string, query: string, want: readonly string[]]>([
  ["labels change when the info does", "info(m)", [newA, oldA, plainB]],
  ["series without what is asked for are left out", 'info(m, {v="new"})', [newA]],
  ["unless nothing is what is asked for", 'info(m, {v=~".*"})', [newA, oldA, plainB]],
  ["other info metrics are named", 'info(m, {__name__="build_info"})', [plainA, builtB]],
  ["or matched", 'info(m, {__name__=~".+_info", rev=~".+"})', [builtB]],
  ["without a name that is asked for it is any info", 'info(m, {__name__!="target_info"})', [plainA, builtB]],
  ["all identifying labels must agree", "info(n)", ['{__name__="n", job="1"} 7@60000 7@120000 7@180000 7@240000']],
  [
    "info is not enriched itself",
    'info(target_info{job="2"})',
    ['{__name__="target_info", instance="b", job="2", v="other"} 1@60000 1@120000 1@180000 1@240000'],
  ],
  [
    "an offset looks at info of that time, too",
    'info(m{instance="a"} offset 1m)',
    [
      '{__name__="m", instance="a", job="1", own="x", v="new"} 3@240000',
      '{__name__="m", instance="a", job="1", own="x", v="old"} 0@60000 1@120000 2@180000',
    ],
  ],
  [
    "and so does @, through a subquery",
    'info(sum by (instance, job) (max_over_time(m{instance="a"}[2m:1m] @ 120)))',
    ['{instance="a", job="1", own="y", v="old"} 2@60000 2@120000 2@180000 2@240000'],
  ],
])("%s: %s", async (_why, query, want) => {
  expect(await queryLines(storage, query, { startMs: MINUTE_MS, endMs: 4 * MINUTE_MS, stepMs: MINUTE_MS })).toEqual(want);
});

const ambiguous = storageOf(
  MINUTE_MS,
  'm{instance="a",job="1"} 1x8',
  'target_info{instance="a",job="1",v="x"} 1x8',
  'target_info{instance="a",job="1",w="y"} 1x8',
  'p{instance="b",job="1"} 1x8',
  'a_info{instance="b",job="1",v="x"} 1x8',
  'b_info{instance="b",job="1",v="y"} 1x8',
);

test.each<[string, string]>([
  [
    "info(m)",
    'found duplicate series for info metric: existing {__name__="target_info", instance="a", job="1", v="x"} @ 60000, ' +
      'new {__name__="target_info", instance="a", job="1", w="y"} @ 60000',
  ],
  ['info(p, {__name__=~"._info"})', "conflicting label: v"],
])("%s is refused: the info contradicts itself", async (query, message) => {
  expect(await queryLines(ambiguous, query, { startMs: MINUTE_MS, endMs: MINUTE_MS, stepMs: 0 })).toEqual([message]);
});

test("what contradicts itself does not matter where there is nothing to enrich", async () => {
  expect(await queryLines(ambiguous, "info(m offset 1h)", { startMs: MINUTE_MS, endMs: MINUTE_MS, stepMs: 0 })).toEqual([]);
});

test("with delayed name removal, a name that was to go does go", async () => {
  const engine = createEngine({ delayedNameRemoval: true, syntax: { ...defaultParseOptions, experimentalFunctions: true } });
  const { series } = await engine.instant(storage, "info(-m)", MINUTE_MS);
  expect(series.map(({ labels }) => formatLabels(labels)).toSorted()).toEqual([
    '{instance="a", job="1", own="x", v="old"}',
    '{instance="b", job="1"}',
  ]);
});
