import { setImmediate } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { createMatcher, labelsOf } from "@ferula/model";
import { deleteFromHead } from "../../src/db/delete-from-head.ts";
import type { Head } from "../../src/head/head.ts";
import { decodeTombstoneRows } from "../../src/wal/records/tombstones.ts";
import type { RecordLog } from "../../src/wal/segment-log.ts";
import { append, newHead } from "../head/collect-support.ts";

const SERIES = 10_000;
const ALL = [createMatcher("=", "job", "j")];

function labelsAt(i: number): ReturnType<typeof labelsOf> {
  return labelsOf({ job: "j", n: String(i) });
}

/** A sample at 100 ms of each of many series. */
function manySeries(): Head {
  const head = newHead();
  append(
    head,
    Array.from({ length: SERIES }, (_, i) => [labelsAt(i), 100, i] as const),
  );
  return head;
}

/** A log so slow that each write takes a whole slice; it counts the rows of what it is given. */
function slowLog(beforeWrite: (loggedRows: number) => void = () => undefined): RecordLog & { readonly rows: () => number } {
  let rows = 0;
  return {
    rows: () => rows,
    append(emit) {
      beforeWrite(rows);
      emit((record) => {
        rows += decodeTombstoneRows(record).length;
      });
      const endMs = performance.now() + 20;
      while (performance.now() < endMs);
    },
  };
}

test("others have their turn while many series are deleted, and what they append stays", async () => {
  const head = manySeries();
  const log = slowLog();
  const progress = { isDone: false };
  const deleted = deleteFromHead(head, log, 0, 1000, ALL).finally(() => void (progress.isDone = true));
  let turns = 0;
  for (; !progress.isDone; turns++) {
    append(head, [[labelsAt(SERIES - 1), 101 + turns, 1]]);
    await setImmediate();
  }
  await deleted;
  expect(turns).toBeGreaterThan(2);
  expect(log.rows()).toBe(SERIES);
  const ends = Array.from({ length: SERIES }, (_, i) => head.tombstones.of(head.seriesRef(labelsAt(i)))?.at(-1)?.maxTimeMs ?? NaN);
  expect(new Set(ends.slice(0, -1))).toEqual(new Set([100]));
  // Its turn came before the last of what was appended.
  expect(ends.at(-1)).toBeGreaterThanOrEqual(100);
  expect(ends.at(-1)).toBeLessThanOrEqual(100 + turns);
});

test("what is logged of a deletion counts, and nothing else of it, where the log can't be written any more", async () => {
  const head = manySeries();
  const log = slowLog((loggedRows) => {
    if (loggedRows > SERIES / 2) throw new Error("no room");
  });
  await expect(deleteFromHead(head, log, 0, 1000, ALL)).rejects.toThrow("no room");
  expect(log.rows()).toBeGreaterThan(SERIES / 2);
  expect(log.rows()).toBeLessThan(SERIES);
  expect(head.tombstones.seriesCount).toBe(log.rows());
});
