import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { checkFieldSelector } from "../../../src/sections/kubernetes/field-selector.ts";

test.each(["", "a=b", "a==b", "a!=b", "a=b,c=d", ",,", "a=b\\=c", "a=b\\,c", "a=b\\\\", "=", "!=", "a=\\\\\\=", "a\\,b=c"])(
  "%j is a selector of fields",
  (text) => {
    expect(() => checkFieldSelector(text)).not.toThrow();
  },
);

test.each([
  { text: "a", want: "invalid selector: 'a'; can't understand 'a'" },
  { text: "a,b=c", want: "invalid selector: 'a,b=c'; can't understand 'a'" },
  { text: "a=b=c", want: "invalid field selector: unescaped character in value: 61" },
  { text: "a=b\\", want: "invalid field selector: invalid escape sequence: \\" },
  { text: "a=b\\x", want: "invalid field selector: invalid escape sequence: \\x" },
  { text: "a-b", want: "invalid selector: 'a-b'; can't understand 'a-b'" },
  { text: "a!b", want: "invalid selector: 'a!b'; can't understand 'a!b'" },
  { text: "b,a", want: "invalid selector: 'b,a'; can't understand 'a'" },
  { text: "z=\\q,a", want: "invalid selector: 'z=\\q,a'; can't understand 'a'" },
])("$text is none", ({ text, want }) => {
  expect(() => checkFieldSelector(text)).toThrow(new Error(want));
});

test("a value may hold anything, escaped", () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom("=", "==", "!="), (value, operator) => {
      checkFieldSelector(`metadata.name${operator}${value.replace(/[\\,=]/g, "\\$&")}`);
    }),
  );
});
