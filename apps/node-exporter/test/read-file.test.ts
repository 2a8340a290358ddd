import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readOptional } from "../src/read-file.ts";
import { writeTree } from "./machine.ts";

const folder = writeTree({ value: " 12 \n", empty: "" });

test.each([
  { path: "value", want: "12", why: "the text without the white space around it" },
  { path: "empty", want: "", why: "an empty file is empty, not absent" },
  { path: "none", want: undefined, why: "no such file" },
  { path: "value/below", want: undefined, why: "no such folder" },
])("$why", ({ path, want }) => {
  expect(readOptional(join(folder, path))).toBe(want);
});

test("an error that says nothing about what the machine has is thrown", () => {
  expect(() => readOptional(folder)).toThrow("EISDIR");
});
