import { expect, test } from "@jest/globals";
import { labelsOf } from "@ferula/model";
import { alertFingerprint, isResolvedAt, mergeAlerts } from "../src/alert.ts";
import { makeAlert } from "./make-alert.ts";

const NOW = 1000;

test.each([
  ["the report stands alone when it begins after the known one ended", [0, 100, 10], [200, 5000, 20], [200, 5000]],
  ["a report that ends inside the known one resolves it", [0, 5000, 10], [0, 900, 20], [0, 900]],
  ["the earlier start counts", [100, 5000, 10], [200, 6000, 20], [100, 6000]],
  ["a report that says it began earlier is believed", [100, 5000, 10], [50, 900, 20], [50, 900]],
  ["of two ends in the past the later counts", [0, 900, 10], [0, 800, 20], [0, 900]],
  ["an older report that comes late brings no new end", [0, 900, 20], [0, 800, 10], [0, 900]],
] as const)("%s", (_why, known, reported, want) => {
  const make = ([startsAtMs, endsAtMs, updatedAtMs]: readonly number[]) => makeAlert({ a: "b" }, { startsAtMs, endsAtMs, updatedAtMs });
  const merged = mergeAlerts(make(known), make(reported), NOW);
  expect([merged.startsAt.ms, merged.endsAt?.ms]).toEqual(want);
});

test("an end that was made up gives way to one that was sent, even an earlier one", () => {
  const known = makeAlert({ a: "b" }, { startsAtMs: 0, endsAtMs: 9000, updatedAtMs: 10, isTimeout: true });
  const report = makeAlert({ a: "b" }, { startsAtMs: 1, endsAtMs: 6000, updatedAtMs: 20 });
  expect(mergeAlerts(known, report, NOW).endsAt?.ms).toBe(6000);
  expect(mergeAlerts({ ...known, isTimeout: false }, report, NOW).endsAt?.ms).toBe(9000);
});

test("annotations are those of the report that was made last", () => {
  const known = makeAlert({ a: "b" }, { endsAtMs: 5000, updatedAtMs: 10, annotations: { text: "old" } });
  const report = makeAlert({ a: "b" }, { startsAtMs: 1, endsAtMs: 4000, updatedAtMs: 20, annotations: { text: "new" } });
  expect(mergeAlerts(known, report, NOW).annotations).toEqual(["text", "new"]);
  expect(mergeAlerts(report, known, NOW).annotations).toEqual(["text", "old"]);
});

test("an alert is resolved from its end on", () => {
  expect([999, 1000, 1001].map((ms) => isResolvedAt(makeAlert({ a: "b" }, { endsAtMs: 1000 }), ms))).toEqual([false, true, true]);
  expect(isResolvedAt(makeAlert({ a: "b" }), Number.MAX_SAFE_INTEGER)).toBe(false);
});

// FNV-1a 64 of each name and value, each ended by 0xff.
test("the fingerprint is upstream's", () => {
  expect(alertFingerprint(labelsOf({ alertname: "A", service: "x" }))).toBe("8760e5311ece6a7e");
});
