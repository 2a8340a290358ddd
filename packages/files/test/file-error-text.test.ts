import { expect, test } from "@jest/globals";
import { fileErrorText } from "../src/index.ts";

test.each([
  { code: "ENOENT", want: "open /x: no such file or directory" },
  { code: "EACCES", want: "open /x: permission denied" },
  { code: "EISDIR", want: "read /x: is a directory" },
  { code: "EIO", want: "something of Node's" },
  { code: "constructor", want: "something of Node's" },
])("$code is told as $want", ({ code, want }) => {
  expect(fileErrorText("/x", Object.assign(new Error("something of Node's"), { code }))).toBe(want);
});
