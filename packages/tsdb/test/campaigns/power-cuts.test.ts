import { expect, test } from "@jest/globals";
import { openTestDb, testDisk } from "../support.ts";
import { chosenCases } from "./extent.ts";
import { createLedger } from "./ledger.ts";
import { random } from "./random.ts";
import { DAY_OPTIONS, runDay } from "./scripted-day.ts";

const CUTS = 2000;

test("power cuts at any operation of a day, with the log synced at each commit, lose nothing acknowledged", async () => {
  const options = { ...DAY_OPTIONS, walFsync: "commit", snapshotOnClose: true } as const;
  const dry = testDisk();
  await (await runDay(dry, createLedger(), options)).close();
  for (const cut of chosenCases(CUTS, 12)) {
    const next = random(cut * 7919 + 1);
    const files = testDisk();
    const ledger = createLedger();
    const at = 1 + Math.trunc(next() * dry.operationCount);
    files.failFrom(at, { code: "EIO" });
    await runDay(files, ledger, options).catch(() => undefined);
    const [share, tail] = [next(), Math.trunc(next() * 5000)];
    files.powerCut(cut % 2 === 0 ? tail : () => next() < share);
    const db = await openTestDb(files, options);
    expect([cut, at, ledger.faults(db)]).toEqual([cut, at, ""]);
    await db.close();
    const again = await openTestDb(files, options);
    expect([cut, at, ledger.faults(again)]).toEqual([cut, at, ""]);
    await again.close();
  }
}, 7_200_000);
