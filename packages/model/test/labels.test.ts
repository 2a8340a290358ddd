import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import {
  compareLabels,
  emptyLabels,
  hasLabel,
  labelPairs,
  labelsKey,
  labelsOf,
  labelsToJson,
  labelsWith,
  labelsWithout,
  labelValue,
} from "../src/index.ts";

const up = labelsOf({ job: "node", __name__: "up" });

test.each([
  { source: { b: "2", a: "1" }, want: ["a", "1", "b", "2"], why: "names are sorted" },
  { source: { a: "", b: "2" }, want: ["b", "2"], why: "empty values are left out" },
  { source: {}, want: [], why: "an empty object is the empty set" },
  { source: { "\u{1F525}": "1", "\uFFFD": "2" }, want: ["\uFFFD", "2", "\u{1F525}", "1"], why: "names are sorted by UTF-8 bytes" },
  {
    source: JSON.parse('{"__proto__":"x","constructor":"y"}'),
    want: ["__proto__", "x", "constructor", "y"],
    why: "names of Object's own are ordinary",
  },
])("labelsOf an object: $why", ({ source, want }) => {
  expect(labelsOf(source as Record<string, string>)).toEqual(want);
});

test("labelsOf pairs: any order, any iterable", () => {
  expect(
    labelsOf(
      new Map([
        ["b", "2"],
        ["a", "1"],
      ]),
    ),
  ).toEqual(["a", "1", "b", "2"]);
});

test("labelsOf pairs: a name that stands twice is refused", () => {
  expect(() =>
    labelsOf([
      ["a", "1"],
      ["b", "2"],
      ["a", "3"],
    ]),
  ).toThrow('label name "a" is not unique');
});

test("a label that isn't there has the value that is empty", () => {
  expect([labelValue(up, "job"), labelValue(up, "up"), labelValue(emptyLabels, "job")]).toEqual(["node", "", ""]);
  expect([hasLabel(up, "job"), hasLabel(up, "node")]).toEqual([true, false]);
});

test.each([
  { a: {}, b: {}, want: 0, why: "empty sets are equal" },
  { a: { a: "1" }, b: { a: "1", b: "1" }, want: -1, why: "a beginning comes first" },
  { a: { a: "2" }, b: { b: "1" }, want: -1, why: "names count before values" },
  { a: { a: "2" }, b: { a: "10" }, want: 1, why: "values are texts" },
  { a: { a: "\uFFFD" }, b: { a: "\u{1F525}" }, want: -1, why: "values are ordered by UTF-8 bytes" },
])("compareLabels: $why", ({ a, b, want }) => {
  expect(Math.sign(compareLabels(labelsOf(a as Record<string, string>), labelsOf(b as Record<string, string>)))).toBe(want);
});

test("sets are kept or cut by name", () => {
  expect(labelsWith(up, new Set(["job", "zone"]))).toEqual(["job", "node"]);
  expect(labelsWithout(up, new Set(["job", "zone"]))).toEqual(["__name__", "up"]);
  expect(labelsWithout(up, new Set(["zone"]))).toBe(up);
  expect(labelPairs(up)).toEqual([
    ["__name__", "up"],
    ["job", "node"],
  ]);
});

test("two sets share a key only when they are equal", () => {
  const piece = fc.string({ unit: fc.constantFrom("\0", "a", '"', ",", "[", "\uD800"), minLength: 1, maxLength: 3 });
  const set = fc.uniqueArray(fc.tuple(piece, piece), { selector: ([name]) => name, maxLength: 3 }).map((pairs) => labelsOf(pairs));
  fc.assert(
    fc.property(set, set, (a, b) => {
      expect(labelsKey(a) === labelsKey(b)).toBe(compareLabels(a, b) === 0);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  { a: ["a", "b\0c\0d"], b: ["a", "b", "c", "d"], why: "a NUL in a value" },
  { a: ["a\0b", "c"], b: ["a", "b\0c"], why: "a NUL in a name" },
])("keys differ: $why", ({ a, b }) => {
  expect(labelsKey(a)).not.toBe(labelsKey(b));
});

test("JSON there and back", () => {
  const labels = labelsOf(JSON.parse('{"__proto__":"x","a":"1"}') as Record<string, string>);
  expect(JSON.stringify(labelsToJson(labels))).toBe('{"__proto__":"x","a":"1"}');
});
