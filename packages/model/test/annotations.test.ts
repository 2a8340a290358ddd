import { expect, test } from "@jest/globals";
import { Annotations } from "../src/index.ts";

const at = (start: number): { start: number; end: number } => ({ start, end: start + 1 });

test("warnings and infos are told apart, with their places", () => {
  const annotations = new Annotations();
  expect(annotations.isEmpty).toBe(true);
  annotations.addWarning("PromQL warning: a", at(0));
  annotations.addInfo("PromQL info: b", at(4));
  annotations.addWarning("results truncated due to limit");
  expect(annotations.isEmpty).toBe(false);
  expect(annotations.texts("sum(x)")).toEqual({
    warnings: ["PromQL warning: a (1:1)", "results truncated due to limit"],
    infos: ["PromQL info: b (1:5)"],
  });
  expect(annotations.messages("warning")).toEqual(["PromQL warning: a", "results truncated due to limit"]);
});

test.each([
  { query: "a\nbc\nd", start: 3, want: "x (2:2)", why: "lines and columns count from 1" },
  { query: "a\nbc\nd", start: 2, want: "x (2:1)", why: "a line begins behind its break" },
  { query: "é+b", start: 2, want: "x (1:4)", why: "columns count bytes" },
  { query: "a", start: 9, want: "x (unknown position)", why: "a place past the end is not known" },
  { query: "", start: 0, want: "x", why: "without a query there are no places" },
])("$why", ({ query, start, want }) => {
  const annotations = new Annotations();
  annotations.addInfo("x", at(start));
  expect(annotations.texts(query).infos).toEqual([want]);
});

test("the same message counts once, at its latest place, also when sets are merged", () => {
  const annotations = new Annotations();
  annotations.addWarning("a", at(0));
  annotations.addWarning("b", at(0));
  const others = new Annotations();
  others.addWarning("a", at(2));
  others.addInfo("c");
  annotations.merge(others);
  expect(annotations.texts("x+y")).toEqual({ warnings: ["a (1:3)", "b (1:1)"], infos: ["c"] });
});

test("of each kind ten are listed and the others counted; no limit lists all", () => {
  const annotations = new Annotations();
  for (let i = 0; i < 12; i++) annotations.addWarning(`w${i}`);
  for (let i = 0; i < 11; i++) annotations.addInfo(`i${i}`);
  const { warnings, infos } = annotations.texts("x");
  expect([warnings.length, warnings[9], warnings[10]]).toEqual([11, "w9", "2 more warning annotations omitted"]);
  expect([infos.length, infos[10]]).toEqual([11, "1 more info annotations omitted"]);
  expect(annotations.texts("x", 0).warnings).toHaveLength(12);
});
