import { expect, test } from "@jest/globals";
import { reasonToNotify } from "../src/pipeline/dedup.ts";

type Hashes = readonly [firing: readonly string[], resolved: readonly string[]];
const HOUR = 3_600_000;
const entry = ([firing, resolved]: Hashes, timestampMs: number) =>
  ({ firing: new Set(firing), resolved: new Set(resolved), timestampMs }) as unknown as Parameters<typeof reasonToNotify>[0];

const cases: readonly (readonly [string, Hashes | undefined, Hashes, boolean, number, string | undefined])[] = [
  ["the first alert", undefined, [["a"], []], true, 0, "first notification"],
  ["an end that nobody heard the start of", undefined, [[], ["a"]], true, 0, undefined],
  ["nothing new", [["a"], []], [["a"], []], true, 0, undefined],
  ["one more alert", [["a"], []], [["a", "b"], []], true, 0, "new alerts added"],
  ["an alert again after the end", [[], ["a"]], [["a"], []], true, 0, "first notification"],
  ["the end of all", [["a"], []], [[], ["a"]], true, 0, "all alerts resolved"],
  ["the end of all, for those who don't hear of it", [["a"], []], [[], ["a"]], false, 0, "all alerts resolved"],
  ["the end again", [[], ["a"]], [[], ["a"]], true, 5 * HOUR, undefined],
  ["the end of one", [["a", "b"], []], [["a"], ["b"]], true, 0, "some alerts resolved"],
  ["the end of one, for those who don't hear of it", [["a", "b"], []], [["a"], ["b"]], false, 0, undefined],
  ["the repeat interval", [["a"], []], [["a"], []], true, 4 * HOUR + 1, "repeat interval elapsed"],
  ["just before the repeat interval", [["a"], []], [["a"], []], true, 4 * HOUR, undefined],
];

test.each(cases)("%s", (_name, last, [firing, resolved], sendResolved, ageMs, expected) => {
  const round = { firing: new Set(firing), resolved: new Set(resolved) };
  const rule = { sendResolved, repeatIntervalMs: 4 * HOUR, nowMs: 10 * HOUR };
  expect(reasonToNotify(last && entry(last, 10 * HOUR - ageMs), round, rule)).toBe(expected);
});
