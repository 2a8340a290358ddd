import { expect, test } from "@jest/globals";
import { Annotations } from "@ferula/model";
import { type ForcedCounts, createMonotonicityInfo } from "../src/monotonicity-info.ts";

function fell(minBound: number, maxBound: number, maxDiff: number): ForcedCounts {
  return { wasForced: true, minBound, maxBound, maxDiff };
}

function infosOf(...notes: readonly (readonly [name: string, start: number, timeMs: number, forced: ForcedCounts])[]): readonly string[] {
  const info = createMonotonicityInfo();
  for (const [name, start, timeMs, forced] of notes) info.note(name, { start, end: start + 1 }, timeMs, forced);
  const annotations = new Annotations();
  info.addTo(annotations);
  return annotations.texts("histogram_quantile(0.5, b)", 0).infos.map((text) => text.replace(/^.*#histogram_quantile\)/, ""));
}

test("notes of one metric are one info: the widest bounds, the greatest difference, all samples, the first place", () => {
  expect(infosOf(["", 2, 2000, fell(2, 4, 5)], ["", 7, 1000, fell(1, 2, 3)], ["", 7, 61_999, fell(2, Infinity, 1)])).toEqual([
    ", from buckets 1 to +Inf, with a max diff of 5, over 3 samples from 1970-01-01T00:00:01Z to 1970-01-01T00:01:01Z (1:3)",
  ]);
});

test("each metric name has its own", () => {
  const infos = infosOf(["a", 0, 0, fell(1, 1, 1)], ["b", 0, 0, fell(1, 1, 1)]);
  expect(infos.map((text) => text.replace(/,.*/, ""))).toEqual([' for metric name "a"', ' for metric name "b"']);
});

test("nothing noted is no info", () => {
  expect(infosOf()).toEqual([]);
});

test.each<[diff: number, text: string]>([
  [9, "9"],
  [8.55, "8.6"],
  [8.25, "8.2"],
  [0.0625, "0.062"],
  [0.1875, "0.19"],
  [99.4, "99"],
  [99.6, "1e+02"],
  [12_345, "1.2e+04"],
  [0.000_123, "0.00012"],
  [0.000_012_3, "1.2e-05"],
  [Infinity, "+Inf"],
])("a difference of %d has two digits: %s", (diff, text) => {
  expect(infosOf(["", 0, 0, fell(1, 1, diff)])[0]).toContain(`with a max diff of ${text}, over`);
});

test.each<[timeMs: number, text: string]>([
  [-1500, "1969-12-31T23:59:59Z"],
  [253_402_300_800_005, "10000-01-01T00:00:00Z"],
  [8_900_000_000_000_000, "283999-10-10T06:13:20Z"],
  [-8_900_000_000_000_000, "-280060-03-24T17:46:40Z"],
])("the time %d has its year, whatever a Date can hold: %s", (timeMs, text) => {
  expect(infosOf(["", 0, timeMs, fell(1, 1, 1)])[0]).toContain(`from ${text} to ${text} (`);
});
