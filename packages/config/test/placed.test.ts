import { expect, test } from "@jest/globals";
import { listField, mappingField, placedField, readField, stringField, type Field } from "../src/index.ts";

function read<T>(field: Field<T>, text: string): T {
  const result = readField(field, text, "a.yml");
  if (!result.ok) throw new Error(result.errors[0]?.reason);
  return result.value;
}

const section = mappingField({ name: placedField(stringField("none")) });

test.each([
  { why: "a value has the place where it is written", text: "\n  name: a", want: { value: "a", line: 2, column: 9 } },
  { why: "one that is absent has that of its section", text: "\n  {}", want: { value: "none", line: 2, column: 3 } },
  { why: "a null is written, too", text: "name: ~", want: { value: "none", line: 1, column: 7 } },
])("$why", ({ text, want }) => {
  expect(read(section, text).name).toEqual(want);
});

test("an alias has its own place, not that of what it stands for", () => {
  expect(read(listField(placedField(stringField())), "- &a x\n- *a")).toEqual([
    expect.objectContaining({ value: "x", line: 1 }),
    { value: "x", line: 2, column: 3 },
  ]);
});

test("keys that are not in a shape are passed over where it is asked for", () => {
  const shape = { name: stringField() };
  expect(() => read(mappingField(shape), "{ name: a, owner: b }")).toThrow("field owner not found");
  expect(read(mappingField(shape, { ignoresUnknown: true }), "{ name: a, owner: b }")).toEqual({ name: "a" });
});
