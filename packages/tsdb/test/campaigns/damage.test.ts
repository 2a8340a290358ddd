import { expect, test } from "@jest/globals";
import { type FaultyFiles, flipBit, type Files } from "@ferula/files";
import { openTestDb, testDisk } from "../support.ts";
import { isFullCampaign } from "./extent.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { random } from "./random.ts";
import { DAY_OPTIONS, runDay } from "./scripted-day.ts";

const options = { ...DAY_OPTIONS, retention: {} };

const FLIPS = isFullCampaign ? 1000 : 25;

/** Everything under a folder. */
function filesUnder(files: Files, folder: string): string[] {
  return files.readFolder(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    return files.stat(path)?.isFolder === true ? filesUnder(files, path) : [path];
  });
}

function copyOf(files: Files, paths: readonly string[]): FaultyFiles {
  const copy = testDisk();
  for (const path of paths) {
    copy.makeFolder(path.slice(0, path.lastIndexOf("/")));
    const file = copy.open(path, "create");
    file.write(files.readFile(path), 0);
    file.close();
  }
  return copy;
}

const kinds = [
  ["the log", /\/wal\/\d{8}$/],
  ["a checkpoint", /\/wal\/checkpoint\.\d{8}\/\d{8}$/],
  ["the log of samples out of order", /\/wbl\/\d{8}$/],
  ["a head chunk file", /\/chunks_head\/\d{6}$/],
  ["a block's index", /\/[0-9A-Z]{26}\/index$/],
  ["a block's chunks", /\/[0-9A-Z]{26}\/chunks\/\d{6}$/],
  ["a block's description", /\/[0-9A-Z]{26}\/meta\.json$/],
  ["a block's tombstones", /\/[0-9A-Z]{26}\/tombstones$/],
] as const;

/** A day's folder as a kill leaves it. */
async function killedDay(): Promise<{ readonly files: FaultyFiles; readonly ledger: Ledger; readonly paths: readonly string[] }> {
  const files = testDisk();
  const ledger = createLedger();
  await runDay(files, ledger, options);
  return { files, ledger, paths: filesUnder(files, "/data") };
}

/** What is found is right or an error that says so; what is lost is not held against it. */
function wrongAnswers(faults: () => string): string {
  try {
    return faults()
      .split("\n")
      .filter((line) => line !== "" && !line.endsWith(" is lost") && !line.startsWith("…"))
      .join("\n");
  } catch (error) {
    expect((error as { errorType?: unknown }).errorType).toBe("internal");
    return "";
  }
}

test.each(kinds)(
  `${FLIPS} flipped bits in %s: every start succeeds, nothing wrong is answered`,
  async (_kind, pattern) => {
    const { files, ledger, paths } = await killedDay();
    const chosen = paths.filter((path) => pattern.test(path) && (files.stat(path)?.sizeBytes ?? 0) > 0);
    expect(chosen.length).toBeGreaterThan(0);
    const next = random(7);
    for (let flip = 0; flip < FLIPS; flip++) {
      const path = chosen[Math.trunc(next() * chosen.length)];
      const bit = Math.trunc(next() * (files.stat(path)?.sizeBytes ?? 0) * 8);
      const damaged = copyOf(files, paths);
      damaged.corrupt(path, flipBit(bit));
      const db = await openTestDb(damaged, options);
      expect([path, bit, wrongAnswers(() => ledger.faults(db))]).toEqual([path, bit, ""]);
      await db.maintain();
      await db.close();
      const again = await openTestDb(damaged, options);
      expect([path, bit, wrongAnswers(() => ledger.faults(again))]).toEqual([path, bit, ""]);
      await again.close();
    }
  },
  3_600_000,
);

/** How many bytes one truncation is from the next. */
const STRIDE = isFullCampaign ? 1 : 211;

test.each(kinds)(
  "cut off at any byte of %s: every start succeeds, nothing wrong is answered",
  async (_kind, pattern) => {
    const { files, ledger, paths } = await killedDay();
    const path = paths.findLast((one) => pattern.test(one) && (files.stat(one)?.sizeBytes ?? 0) > 0);
    if (path === undefined) throw new Error("there is no such file");
    const sizeBytes = files.stat(path)?.sizeBytes ?? 0;
    for (let end = Math.max(0, sizeBytes - 65_536); end < sizeBytes; end += STRIDE) {
      const damaged = copyOf(files, paths);
      const file = damaged.open(path, "update");
      file.truncate(end);
      file.close();
      const db = await openTestDb(damaged, options);
      expect([path, end, wrongAnswers(() => ledger.faults(db))]).toEqual([path, end, ""]);
      await db.close();
    }
  },
  3_600_000,
);
