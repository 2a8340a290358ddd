import { expect, test } from "@jest/globals";
import { labelsOf } from "@ferula/model";
import { compareAlerts, compareLabelSets } from "../src/compare.ts";

type Pairs = Readonly<Record<string, string>>;

test.each<[string, Pairs, Pairs]>([
  ["fewer labels stand first", { z: "9" }, { a: "1", b: "1" }],
  ["a smaller value of the same name", { a: "1", b: "2" }, { a: "1", b: "3" }],
  ["a set without the first name that differs", { b: "1" }, { a: "1" }],
  ["a name that differs later", { a: "1", c: "1" }, { a: "1", b: "9" }],
  ["the value of a name before the names that follow", { a: "1", b: "1" }, { a: "2", c: "1" }],
])("label sets: %s", (_why, first, second) => {
  expect(Math.sign(compareLabelSets(labelsOf(first), labelsOf(second)))).toBe(-1);
  expect(Math.sign(compareLabelSets(labelsOf(second), labelsOf(first)))).toBe(1);
  expect(compareLabelSets(labelsOf(first), labelsOf(first))).toBe(0);
});

test.each<[string, Pairs, Pairs]>([
  ["by job", { job: "a", instance: "2", x: "1" }, { job: "b", instance: "1" }],
  ["without a job last", { job: "z", x: "1", y: "1" }, { a: "1" }],
  ["by instance where the job is the same", { job: "a", instance: "1", x: "1" }, { job: "a", instance: "2" }],
  ["without an instance last", { job: "a", instance: "9" }, { job: "a" }],
  ["by labels where both are the same", { job: "a", z: "1" }, { job: "a", b: "1", c: "1" }],
])("alerts: %s", (_why, first, second) => {
  expect(Math.sign(compareAlerts({ labels: labelsOf(first) }, { labels: labelsOf(second) }))).toBe(-1);
  expect(Math.sign(compareAlerts({ labels: labelsOf(second) }, { labels: labelsOf(first) }))).toBe(1);
});
