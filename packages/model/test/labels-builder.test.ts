import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { LabelsBuilder, labelsOf } from "../src/index.ts";

const base = labelsOf({ b: "2", d: "4" });

test.each([
  { edit: (b: LabelsBuilder) => b, want: ["b", "2", "d", "4"], why: "without edits it is the base" },
  {
    edit: (b: LabelsBuilder) => b.set("a", "1").set("c", "3").set("e", "5"),
    want: ["a", "1", "b", "2", "c", "3", "d", "4", "e", "5"],
    why: "new labels are sorted in",
  },
  { edit: (b: LabelsBuilder) => b.set("b", "x"), want: ["b", "x", "d", "4"], why: "a label is set again" },
  { edit: (b: LabelsBuilder) => b.delete("b").delete("x"), want: ["d", "4"], why: "a label is deleted, one that isn't there too" },
  { edit: (b: LabelsBuilder) => b.set("b", ""), want: ["d", "4"], why: "an empty value deletes" },
  { edit: (b: LabelsBuilder) => b.delete("b").set("b", "y"), want: ["b", "y", "d", "4"], why: "the last edit counts" },
  { edit: (b: LabelsBuilder) => b.set("a", "1").keep(["a", "d"]), want: ["a", "1", "d", "4"], why: "all but the named are deleted" },
  { edit: (b: LabelsBuilder) => b.set("a", "1").reset(labelsOf({ z: "9" })), want: ["z", "9"], why: "a reset forgets the edits" },
])("$why", ({ edit, want }) => {
  expect(edit(new LabelsBuilder(base)).labels()).toEqual(want);
  expect(base).toEqual(["b", "2", "d", "4"]);
});

test("values and names are those that stand now", () => {
  const builder = new LabelsBuilder(base).set("a", "1").delete("d");
  expect([builder.get("a"), builder.get("b"), builder.get("d"), builder.get("x")]).toEqual(["1", "2", "", ""]);
  expect(builder.names()).toEqual(["b", "a"]);
});

test("any edits give what a map gives", () => {
  const name = fc.constantFrom("a", "b", "c", "d", "__proto__", "\u{1F525}", "\uFFFD");
  fc.assert(
    fc.property(
      fc.dictionary(name, fc.constantFrom("", "1", "2")),
      fc.array(fc.tuple(name, fc.constantFrom("", "3", "4"))),
      (start, edits) => {
        const builder = new LabelsBuilder(labelsOf(start));
        const map = new Map<string, string>(Object.entries(start));
        for (const [key, value] of edits) {
          builder.set(key, value);
          map.set(key, value);
        }
        expect(builder.labels()).toEqual(labelsOf(map));
      },
    ),
  );
});
