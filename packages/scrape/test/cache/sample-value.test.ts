import { expect, test } from "@jest/globals";
import { createConvertingReader } from "../../src/messages/converting-reader.ts";
import { testReader } from "../messages/support.ts";
import { rowsOf, testCache } from "./support.ts";

/** Go's NaN, as the storage has it of all but stale markers. */
const NAN = "7ff80000:1";

test.each([
  { syntax: "text", end: "" },
  { syntax: "openmetrics", end: "# EOF\n" },
] as const)(
  "NaN of $syntax is stored with the bits that Go has for it: of lines that are new, known, changed and moved",
  ({ syntax, end }) => {
    const cache = testCache({ syntax });
    const read = (text: string): string[] => rowsOf(cache.readText(text + end, 1000).batch);
    expect(read("a NaN\nb 1\n")[0]).toBe(`1 ${NAN} @1000`);
    expect(read("a NaN\nb 1\n")[0]).toBe(`1 ${NAN} @1000`);
    expect(read("a NaN\nb nan\n")).toEqual([`1 ${NAN} @1000`, `2 ${NAN} @1000`]);
    expect(read("b NaN\na NaN\n")).toEqual([`2 ${NAN} @1000`, `1 ${NAN} @1000`]);
    cache.free();
  },
);

test("so it is where histograms are converted", () => {
  const made = testReader(createConvertingReader, { syntax: "text", keepsClassic: true });
  expect(rowsOf(made.readBytes(Buffer.from("a NaN\nb +Inf\n"), 1000).batch)).toEqual([`1 ${NAN} @1000`, "2 7ff00000:0 @1000"]);
  made.free();
});
