import { expect, test } from "@jest/globals";
import { isPromError, PromError } from "../src/index.ts";

test("an error that a caller can act on carries its type, its cause and a name to know it by", () => {
  const cause = new Error("disk");
  const error = new PromError("internal", "cannot read segment 12: disk", { cause });
  expect(error).toMatchObject({ name: "PromError", errorType: "internal", message: "cannot read segment 12: disk", cause });
});

test.each([
  { value: new PromError("timeout", "x"), want: true },
  { value: { name: "PromError", errorType: "timeout" }, want: true },
  { value: new Error("x"), want: false },
  { value: null, want: false },
  { value: "PromError", want: false },
])("isPromError tells by name: $want", ({ value, want }) => {
  expect(isPromError(value)).toBe(want);
});
