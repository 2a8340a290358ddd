import { afterAll, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runDay } from "./run-day.ts";
import { report } from "./report.ts";
import { ruleDay } from "./scenario.ts";

const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

/**
 * `expected.txt` is what the rules, the engine and the database of Prometheus 3.14 came to on the same day: its rule manager ran through the
 * scenario on a clock that stands still, and `report` printed what it sent, stored and showed. Only the external label of what is sent is put
 * in by hand.
 */
test("a day of rules comes out as upstream's", async () => {
  const outcome = await runDay(ruleDay, closing);
  expect(report(outcome, ruleDay.startMs)).toBe(readFileSync(join(import.meta.dirname, "expected.txt"), "utf8"));
});
