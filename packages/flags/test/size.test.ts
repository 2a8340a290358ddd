import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { bytesFlag } from "../src/index.ts";

const { read, print } = bytesFlag({ help: "" });

test.each([
  ["0", 0],
  ["0B", 0],
  ["1B", 1],
  ["1KB", 1024],
  ["1KiB", 1024],
  ["512MB", 512 * 2 ** 20],
  ["1.5GB", 1.5 * 2 ** 30],
  [".5KB", 512],
  ["0.1KB", 102],
  ["0.7KB", 716],
  ["1GB1MB", 2 ** 30 + 2 ** 20],
  ["-1KB", -1024],
  ["+1KB", 1024],
  ["2PB", 2 ** 51],
  ["7EB", 7 * 2 ** 60],
])("%s is %d bytes", (text, bytes) => {
  expect(read([text])).toBe(bytes);
});

test.each([
  ["", "it is empty"],
  ["-", "it is empty"],
  ["zz", "a number is missing"],
  [".KB", "a number is missing"],
  ["12", "a unit is missing; use one of B, KB, MB, GB, TB, PB, EB"],
  ["1K", 'unknown unit "K"; use one of B, KB, MB, GB, TB, PB, EB'],
  ["1kb", 'unknown unit "kb"; use one of B, KB, MB, GB, TB, PB, EB'],
  ["1 MB", 'unknown unit " MB"; use one of B, KB, MB, GB, TB, PB, EB'],
  ["8EB", "it is 8EB or more"],
])("%j is refused: %s", (text, reason) => {
  expect(() => read([text])).toThrow(`not a valid size: ${JSON.stringify(text)}: ${reason}`);
});

test.each([
  [0, "0B"],
  [102, "102B"],
  [512 * 2 ** 20, "512MiB"],
  [1.5 * 2 ** 30, "1GiB512MiB"],
  [-1024, "-1KiB"],
  [2 ** 60 + 1024, "1EiB1KiB"],
])("%d bytes print as %s", (bytes, text) => {
  expect(print(bytes)).toBe(text);
});

test("what is printed is read back", () => {
  fc.assert(fc.property(fc.maxSafeInteger(), (bytes) => read([print(bytes)]) === (bytes === 0 ? 0 : bytes)));
});
