import { expect, test } from "@jest/globals";
import { createTimeSlice } from "@ferula/lifecycle";
import { createKnownEntries, createWantedEntry, differentSlots, wantSlot, type ContextRules } from "../../src/messages/entry-finder.ts";
import { addEntry, addSlot, clearEntries, createEntryTable, STAMPED } from "../../src/messages/entry-table.ts";
import { workspaces } from "../cache/support.ts";

const anyContext: ContextRules = { same: (contexts, at, wanted) => contexts[at] === wanted[0], hash: (context) => context[0] };
const COUNT = 1000;

/** Keys of eight bytes, the number of the entry in them. */
function writeKeys(): number {
  const region = workspaces.regions.allocate(8 * COUNT);
  for (let i = 0; i < COUNT; i++) workspaces.shared.u8.set(Buffer.from(String(i).padStart(8, "0")), region.address + 8 * i);
  return region.address;
}

test("entries are found wherever they are, by their bytes, kind, context and bounds", () => {
  const start = writeKeys();
  const table = createEntryTable();
  for (const round of ["first", "again"]) {
    clearEntries(table, table);
    for (let i = 0; i < COUNT; i++) {
      addEntry(table, start + 8 * i, 8, i % 2 === 0 ? 3 : 3 | STAMPED, Uint32Array.of(7, 0, 0, 0));
      addSlot(table, i + 1, i);
    }
    const entries = createKnownEntries(workspaces.shared, table, anyContext);
    const { find } = entries;
    const wanted = createWantedEntry();
    const found = (
      i: number,
      near: number,
      change: Partial<{ kind: number; context: number; bound: number; length: number }> = {},
    ): number => {
      wanted.keyStart = start + 8 * i;
      wanted.keyLength = change.length ?? 8;
      wanted.kind = change.kind ?? 3;
      wanted.context[0] = change.context ?? 7;
      wanted.slotCount = 0;
      wantSlot(wanted, change.bound ?? i);
      return find(wanted, near);
    };
    const look = (): void => {
      expect([round, found(0, 0), found(1, 1), found(999, 3), found(5, 900)]).toEqual([round, 0, 1, 999, 5]);
      expect([found(5, 5, { kind: 4 }), found(5, 5, { context: 8 }), found(5, 5, { bound: 6 }), found(5, 5, { length: 7 })]).toEqual([
        -1, -1, -1, -1,
      ]);
    };
    expect(entries.wantsIndex()).toBe(false);
    look();
    expect(entries.wantsIndex()).toBe(true);
    // A slice of no time: after every step there is another.
    expect([...entries.makeIndex(createTimeSlice(0))].length).toBeGreaterThan(2);
    expect(entries.wantsIndex()).toBe(false);
    look();
    expect(table.refs[table.firstSlots[999]]).toBe(1000);
  }
});

test.each<[why: string, contextOf: (i: number) => number, boundOf: (i: number) => number]>([
  ["families whose metrics have no labels", (i) => i, () => 0],
  ["one metric with another bound each time", () => 7, (i) => i],
])("slots are told apart without holding all against each other: %s", (_why, contextOf, boundOf) => {
  const table = createEntryTable();
  for (let i = 0; i < 2 * COUNT; i++) {
    // Each twice; a timestamp makes no difference.
    addEntry(table, 0, 0, i < COUNT ? 3 : 3 | STAMPED, Uint32Array.of(contextOf(i % COUNT), 0, 0, 0));
    addSlot(table, 1, boundOf(i % COUNT));
  }
  let compared = 0;
  const counted: ContextRules = {
    ...anyContext,
    same(...of) {
      compared++;
      return anyContext.same(...of);
    },
  };
  const slots = Uint32Array.from({ length: 2 * COUNT }, (_, i) => i);
  expect(differentSlots(workspaces.shared, table, slots, counted)).toBe(COUNT);
  expect(compared).toBeLessThan(10 * COUNT);
});
