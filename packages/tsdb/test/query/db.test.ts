import { createMatcher, isPromError } from "@ferula/model";
import { createSharedMemory } from "@ferula/kernels";
import { flipBit } from "@ferula/files";
import { expect, test } from "@jest/globals";
import { createSelectionReader, type Db } from "../../src/index.ts";
import { batchOf, openTestDb, readAll, testDisk, type Sample } from "../support.ts";
import { chunkTextsOf, textsOf } from "./support.ts";

const HOUR_MS = 3_600_000;
const T = 1_767_225_600_000;
const named = [createMatcher("!=", "__name__", "")];

/** Eight hours of two series, of which one comes and goes. */
const samples: readonly Sample[] = Array.from({ length: 8 * 60 }, (_, minute) => T + minute * 60_000).flatMap((ms): Sample[] => [
  ["__name__=a", ms, ms % 977],
  ...(Math.floor((ms - T) / HOUR_MS) % 3 === 0 ? [["__name__=b", ms, 1] as const] : []),
]);

async function fill(db: Db): Promise<void> {
  for (let start = 0; start < samples.length; start += 60) {
    db.append(batchOf(db, samples.slice(start, start + 60)));
    await db.maintain();
  }
}

function want(minTimeMs = -Infinity, maxTimeMs = Infinity): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [labels, ms, value] of samples) {
    if (ms < minTimeMs || ms > maxTimeMs) continue;
    const key = labels === "__name__=a" ? '{__name__="a"}' : '{__name__="b"}';
    texts[key] = texts[key] === undefined ? `${ms}:${value}` : `${texts[key]} ${ms}:${value}`;
  }
  return texts;
}

test("samples are read the same from the head and its blocks, before and after a restart, here, by a worker and as chunks", async () => {
  const files = testDisk();
  for (const round of ["filled", "restarted"]) {
    const shared = createSharedMemory();
    const db = await openTestDb(files, { shared, maintainsItself: false });
    if (round === "filled") await fill(db);
    expect(db.blocks().length).toBeGreaterThan(1);
    const reader = createSelectionReader({ shared, files, dir: "/data" });
    for (const [minTimeMs, maxTimeMs] of [
      [-Infinity, Infinity],
      [T + HOUR_MS + 1, T + 7 * HOUR_MS],
      [T + 2 * HOUR_MS, T + 2 * HOUR_MS],
      [T + 7.5 * HOUR_MS, T + 9 * HOUR_MS],
    ]) {
      const all = want(minTimeMs, maxTimeMs);
      expect(readAll(db, named, minTimeMs, maxTimeMs)).toEqual(all);
      const rows = Object.fromEntries(Object.entries(all).map(([labels, text]) => [labels, text.split(" ")]));
      const selection = db.select(minTimeMs, maxTimeMs, named);
      expect(textsOf(reader.open(structuredClone(selection)))).toEqual(rows);
      db.release(selection.pin);
      const chunkQuerier = db.chunkQuerier(minTimeMs, maxTimeMs);
      expect(chunkTextsOf(chunkQuerier.select(named))).toEqual(rows);
      chunkQuerier.close();
    }
    reader.close();
    await db.close();
  }
});

test("a damaged chunk of a block fails queries that read it, by its place; others, and appends, go on", async () => {
  const files = testDisk();
  const shared = createSharedMemory();
  const filled = await openTestDb(files, { maintainsItself: false });
  await fill(filled);
  const [{ ulid, maxTime }] = filled.blocks();
  await filled.close();
  const path = `/data/${ulid}/chunks/000001`;
  files.corrupt(path, flipBit(8 * 30));
  const db = await openTestDb(files, { shared, maintainsItself: false });
  const messages = [
    () => readAll(db, named),
    () => {
      const selection = db.select(-Infinity, Infinity, named);
      try {
        textsOf(createSelectionReader({ shared, files, dir: "/data" }).open(selection));
      } finally {
        db.release(selection.pin);
      }
    },
  ].map((read) => {
    try {
      read();
      return "nothing";
    } catch (error) {
      return isPromError(error) ? error.message : String(error);
    }
  });
  for (const message of messages) expect(message).toContain(`cannot read ${path} at offset`);
  expect(readAll(db, named, maxTime)).toEqual(want(maxTime));
  expect(db.append(batchOf(db, [["__name__=a", T + 8 * HOUR_MS, 1]]))).toMatchObject({ appended: 1 });
  await db.close();
});
