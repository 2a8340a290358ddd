import { PagePool } from "@ferula/chunks";
import { createSharedMemory } from "@ferula/kernels";
import { expect, test } from "@jest/globals";
import { SymbolTable } from "../../src/head/symbol-table.ts";

const shared = createSharedMemory();

function emptyTable(): SymbolTable {
  return new SymbolTable(shared, new PagePool(shared));
}

test.each([
  { why: "the empty one", text: "" },
  { why: "a short one", text: "job" },
  { why: "the longest of those that are copied byte by byte", text: "x".repeat(1024) },
  { why: "a longer one", text: "x".repeat(1025) },
  { why: "a long one of several alphabets", text: "aä☃𝄞".repeat(5000) },
  { why: "one of 10 MB", text: "y".repeat(10_000_000) },
])("a string is found again by its text and by its bytes: $why", ({ text }) => {
  const table = emptyTable();
  const bytes = new TextEncoder().encode(`[${text}]`);
  expect(table.find(text)).toBe(0);
  const symbol = table.intern(text);
  expect([table.find(text), table.intern(text), table.internBytes(bytes, 1, bytes.length - 1)]).toEqual([symbol, symbol, symbol]);
  expect(table.find(`${text}z`)).toBe(0);
  const { u8, u32 } = shared;
  const stored = Buffer.from(u8.slice(symbol + 4, symbol + 4 + u32[symbol >>> 2])).toString("utf8");
  expect(stored === text).toBe(true);
});

test("long strings of one length are told apart", () => {
  const table = emptyTable();
  const texts = Array.from({ length: 300 }, (_, i) => `${"x".repeat(2000)}${String(i).padStart(3, "0")}`);
  const symbols = texts.map((text) => table.intern(text));
  expect(new Set(symbols).size).toBe(texts.length);
  expect(texts.map((text) => table.find(text))).toEqual(symbols);
});
