import { expect, test } from "@jest/globals";
import { openTestDb, testDisk } from "../support.ts";
import { createLedger } from "./ledger.ts";
import { isFullCampaign } from "./extent.ts";
import { random } from "./random.ts";
import { DAY_OPTIONS, runDay } from "./scripted-day.ts";

const options = { ...DAY_OPTIONS, retention: {}, walFsync: "commit" } as const;

const CUTS = isFullCampaign ? 2000 : 30;

test(`${CUTS} power cuts at any operation of a day, with the log synced at each commit, lose nothing acknowledged`, async () => {
  const dry = testDisk();
  await (await runDay(dry, createLedger(), options)).close();
  const next = random(42);
  for (let cut = 0; cut < CUTS; cut++) {
    const files = testDisk();
    const ledger = createLedger();
    const at = 1 + Math.trunc(next() * dry.operationCount);
    files.failFrom(at, { code: "EIO" });
    await runDay(files, ledger, options).catch(() => undefined);
    const [share, tail] = [next(), Math.trunc(next() * 5000)];
    const sectors = random(cut);
    files.powerCut(cut % 2 === 0 ? tail : () => sectors() < share);
    const db = await openTestDb(files, options);
    expect([cut, at, ledger.faults(db)]).toEqual([cut, at, ""]);
    await db.close();
    const again = await openTestDb(files, options);
    expect([cut, at, ledger.faults(again)]).toEqual([cut, at, ""]);
    await again.close();
  }
}, 3_600_000);
