import { expect, test } from "@jest/globals";
import { itemsOf, wholeOf } from "../../../src/providers/json/parse.ts";
import { record, text, wholeNumber } from "../../../src/providers/json/shape.ts";

const { signal: never } = new AbortController();
const items = itemsOf(record({ Name: text }));

const read = (body: string, signal: AbortSignal = never) => items(Buffer.from(body), signal);

test.each([
  { why: "null is no items", body: " null ", want: [] },
  { why: "an empty list has none", body: "[ ]", want: [] },
  { why: "each is read", body: '[{"Name": "a"},\n{"Name": "b", "More": [{}]}, null]', want: [{ Name: "a" }, { Name: "b" }, { Name: "" }] },
])("$why", async ({ body, want }) => {
  expect(await read(body)).toEqual(want);
});

test.each([
  { body: '{"Name": "a"}', want: "the answer must be a list, not an object (line 1, column 1)" },
  { body: '[{"Name": "a"},\n{"Name" "b"}]', want: 'broken JSON: unexpected "\\"" (line 2, column 9)' },
  { body: '[{"Name": "a"}', want: "broken JSON: unexpected end (line 1, column 15)" },
  { body: "[] x", want: 'broken JSON: unexpected "x" (line 1, column 4)' },
  { body: "nulx", want: 'broken JSON: unexpected "n" (line 1, column 1)' },
  { body: '[{}, {"Name": 1}]', want: "[1].Name must be a string, not 1" },
])("$body is refused", async ({ body, want }) => {
  await expect(read(body)).rejects.toThrow(want);
});

test("many items don't hold up what else is to be done, and are given up when nobody wants them any more", async () => {
  const ending = new AbortController();
  setImmediate(() => ending.abort(new Error("not wanted")));
  await expect(read(`[${'{"Name":"a"},'.repeat(300_000)}{}]`, ending.signal)).rejects.toThrow("not wanted");
});

test.each([
  { body: '{"Count":\n1.5}', want: "Count must be a whole number, not 1.5" },
  { body: '{"Count":\n1.}', want: 'broken JSON: unexpected "1" (line 2, column 1)' },
  { body: '{"Count": 1}}', want: 'broken JSON: unexpected "}" (line 1, column 13)' },
  { body: "[]", want: "the answer must be an object, not a list" },
])("read as a whole, $body is refused", ({ body, want }) => {
  expect(() => wholeOf(record({ Count: wholeNumber }))(Buffer.from(body), never)).toThrow(want);
});
