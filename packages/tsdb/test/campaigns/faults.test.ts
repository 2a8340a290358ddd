import { expect, test } from "@jest/globals";
import { openTestDb, testDisk } from "../support.ts";
import { createLedger } from "./ledger.ts";
import { isFullCampaign } from "./extent.ts";
import { DAY_OPTIONS, runDay } from "./scripted-day.ts";

/** Retention is left to tests of its own: here, all that was acknowledged must be there. */
const options = { ...DAY_OPTIONS, retention: {} };

test("a day without faults keeps all samples", async () => {
  const files = testDisk();
  const ledger = createLedger();
  const db = await runDay(files, ledger, options);
  expect(ledger.faults(db)).toBe("");
  expect(ledger.acknowledgedCount()).toBeGreaterThan(900);
  await db.close();
  const again = await openTestDb(files, options);
  expect(ledger.faults(again)).toBe("");
  await again.close();
});

/** All operations in a full campaign, a sample of them otherwise. */
const STRIDE = isFullCampaign ? 1 : 97;

test.each([
  { code: "EIO", writtenBytes: 0 },
  { code: "EIO", writtenBytes: 13 },
  { code: "ENOSPC", writtenBytes: 0 },
])(
  "whichever operation of a day fails with %o, nothing acknowledged is lost and nothing wrong is answered",
  async (fault) => {
    const dry = testDisk();
    await (await runDay(dry, createLedger(), options)).close();
    const operationCount = dry.operationCount;
    for (let n = 1 + Math.trunc(STRIDE * 0.3); n <= operationCount; n += STRIDE) {
      const files = testDisk();
      files.failAt(n, fault);
      const ledger = createLedger();
      const db = await runDay(files, ledger, options);
      expect([n, ledger.faults(db)]).toEqual([n, ""]);
      // Whatever failed is made up for.
      await db.maintain();
      await db.close();
      const again = await openTestDb(files, options);
      expect([n, ledger.faults(again)]).toEqual([n, ""]);
      await again.close();
    }
  },
  3_600_000,
);
