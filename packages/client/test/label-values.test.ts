import { expect, test } from "@jest/globals";
import { Children } from "../src/label-values.ts";

/** The values of all children. */
function listed(children: Children<string, object>): (readonly string[])[] {
  const values: (readonly string[])[] = [];
  children.forEach((of) => values.push(of));
  return values;
}

test("a metric without labels has its one child always, new after it was forgotten", () => {
  const children = new Children<string, object>([], () => ({}));
  const first = children.withoutLabels();
  expect(children.byValues([])).toBe(first);
  expect(listed(children)).toEqual([[]]);
  children.remove([]);
  expect(children.withoutLabels()).not.toBe(first);
  expect(listed(children)).toEqual([[]]);
});

test.each([
  { values: ["1", "2"], same: [1, 2], why: "numbers are texts" },
  { values: ["", "2"], same: [undefined, "2"], why: "an absent value is an empty one" },
])("$why", ({ values, same }) => {
  const children = new Children(["a", "b"], () => ({}));
  expect(children.byValues(same)).toBe(children.byValues(values));
  expect(listed(children)).toEqual([values]);
});

test("children are forgotten one by one, or all", () => {
  const children = new Children(["a", "b"], () => ({}));
  for (const values of [
    ["1", "2"],
    ["1", "3"],
    ["4", "5"],
  ])
    children.byValues(values);
  children.remove(["1", "2"]);
  children.remove(["9", "9"]);
  expect(listed(children)).toEqual([
    ["1", "3"],
    ["4", "5"],
  ]);
  children.clear();
  expect(listed(children)).toEqual([]);
});
