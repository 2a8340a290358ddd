import { expect, test } from "@jest/globals";
import { createMatcher } from "@ferula/model";
import { withExternal, withoutExternal } from "../../src/read/external-labels.ts";

const external = ["region", "eu", "replica", "1"];

test.each([
  { matcher: createMatcher("=", "region", "eu"), stored: "region=", why: "an external label's own value is asked of no series" },
  { matcher: createMatcher("=", "region", "us"), stored: "region=us", why: "another value is" },
  { matcher: createMatcher("=~", "region", "eu"), stored: "region=~eu", why: "a regular expression is" },
  { matcher: createMatcher("!=", "region", "eu"), stored: "region!=eu", why: "its opposite is" },
  { matcher: createMatcher("=", "job", ""), stored: "job=", why: "that a label is missing is" },
])("$why", ({ matcher, stored }) => {
  const [{ type, name, value }] = withoutExternal([matcher], external);
  expect(name + type + value).toBe(stored);
});

test.each([
  { own: ["a", "1", "z", "2"], merged: ["a", "1", "region", "eu", "replica", "1", "z", "2"], why: "they stand in order" },
  { own: ["replica", "own"], merged: ["region", "eu", "replica", "own"], why: "a series keeps its own label" },
  { own: [], merged: ["region", "eu", "replica", "1"], why: "a series without labels gets them" },
  { own: ["regioo", "x"], merged: ["region", "eu", "regioo", "x", "replica", "1"], why: "names are compared whole" },
])("$why", ({ own, merged }) => {
  expect(withExternal(own, external)).toEqual(merged);
});

test("without external labels a series keeps the array of its own", () => {
  const own = ["a", "1"];
  expect(withExternal(own, [])).toBe(own);
});
