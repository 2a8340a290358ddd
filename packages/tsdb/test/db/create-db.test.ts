import { expect, test } from "@jest/globals";
import { createFaultyFiles, type FaultyFiles, type Files } from "@ferula/files";
import type { TsdbOptions } from "../../src/index.ts";
import { chosenCases } from "../campaigns/extent.ts";
import { batchOf, openTestDb, readAll, type Sample } from "../support.ts";
import { HOUR, MINUTE } from "./support.ts";

const options: Partial<TsdbOptions> = { outOfOrderWindowMs: 9 * HOUR, outOfOrderCap: 4, snapshotOnClose: true };

function minutes(fromMinute: number, count: number): Sample[] {
  return Array.from({ length: count }, (_, i) => ["__name__=up", (fromMinute + i) * MINUTE, i]);
}

/** A folder with all that there can be: blocks, head chunk files, a snapshot, and behind it both logs. */
async function fullFolder(): Promise<FaultyFiles> {
  const files = createFaultyFiles();
  const first = await openTestDb(files, options);
  first.append(batchOf(first, minutes(0, 600)));
  await first.maintain();
  await first.close();
  const killed = await openTestDb(files, options);
  killed.append(batchOf(killed, minutes(600, 130)));
  killed.append(batchOf(killed, minutes(400, 30)));
  return files;
}

/** The same files, and the paths of those that are open. */
function watched(files: Files): { readonly files: Files; readonly openPaths: () => readonly string[] } {
  const paths = new Map<number, string>();
  let opened = 0;
  return {
    openPaths: () => [...paths.values()],
    files: {
      ...files,
      open(path, mode) {
        const file = files.open(path, mode);
        const id = opened++;
        paths.set(id, path);
        return {
          ...file,
          close() {
            paths.delete(id);
            file.close();
          },
        };
      },
    },
  };
}

test("whatever fails while a database is opened, none of its files stays open, and the next try has it all", async () => {
  const reference = await fullFolder();
  const before = reference.operationCount;
  const whole = await openTestDb(reference, options);
  const want = readAll(whole);
  const operations = reference.operationCount - before;
  let failures = 0;
  for (const n of chosenCases(operations, 24)) {
    const disk = await fullFolder();
    const { files, openPaths } = watched(disk);
    disk.failAt(disk.operationCount + n + 1, { code: "EIO" });
    const db = await openTestDb(files, options).catch(() => undefined);
    disk.heal();
    if (db === undefined) {
      failures++;
      expect([n, openPaths()]).toEqual([n, []]);
    } else {
      await db.close();
      expect([n, openPaths()]).toEqual([n, []]);
    }
    const again = await openTestDb(files, options);
    expect([n, readAll(again)]).toEqual([n, want]);
    await again.close();
  }
  expect(failures).toBeGreaterThan(0);
}, 7_200_000);
