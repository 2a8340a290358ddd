import { expect, test } from "@jest/globals";
import { createWorkspaces } from "../../src/cache/workspace.ts";
import { addEntry, addSlot, addText, clearEntries, createEntryTable, type EntryTable } from "../../src/messages/entry-table.ts";
import { workspaces } from "../cache/support.ts";
import { family, gauge, messageReader } from "./support.ts";

function tableOf(count: number): EntryTable {
  const table = createEntryTable();
  for (let i = 0; i < count; i++) {
    addEntry(table, i, 1, 0, new Uint32Array(4));
    addSlot(table, i + 1, 0);
    addText(table, i, 1);
  }
  return table;
}

function bytesOf({ keyStarts, keyLengths, contexts, kinds, firstSlots, refs, bounds, textStarts, textLengths }: EntryTable): number {
  const columns = [keyStarts, keyLengths, contexts, kinds, firstSlots, refs, bounds, textStarts, textLengths];
  return columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

test.each([
  { why: "keeps its room where the next body is as large", like: 10_000, isKept: true },
  { why: "keeps it where that is half as large", like: 5000, isKept: true },
  { why: "gives it back where that is far smaller", like: 10, isKept: false },
])("a table of ten thousand $why", ({ like, isKept }) => {
  const table = tableOf(10_000);
  const before = bytesOf(table);
  clearEntries(table, tableOf(like));
  expect([table.entryCount, table.slotCount, table.textCount]).toEqual([0, 0, 0]);
  if (isKept) expect(bytesOf(table)).toBe(before);
  else expect(bytesOf(table)).toBeLessThan(2000);
  // It is as good as new.
  addEntry(table, 7, 1, 0, new Uint32Array(4));
  addSlot(table, 3, 1.5);
  expect([...table.refs.subarray(0, 1), ...table.boundBits.subarray(0, 2)]).toEqual([3, 0, 0x3ff80000]);
});

test("a workspace that is not the last gives back what messages needed", () => {
  const at = createWorkspaces(workspaces.shared);
  const [first, second] = [at.take(), at.take()];
  const reader = messageReader({ workspaces: { ...at, take: () => second, give: () => undefined } });
  reader.readBytes(family("g", "gauge", gauge("1", 1)), 1000);
  expect(second.messageRows?.batch.length).toBe(1);
  at.give(first);
  at.give(second);
  expect(second.messageRows).toBeUndefined();
  reader.free();
});
