import { expect, test } from "@jest/globals";
import { demoIncident, failureRatioAt } from "../src/incident.ts";

test.each([
  { elapsedMs: 0, want: 0.01, why: "the shop starts calm" },
  { elapsedMs: 14_999, want: 0.01, why: "it stays calm until the first outage" },
  { elapsedMs: 37_500, want: 0.5, why: "the middle of an outage is the worst of it" },
  { elapsedMs: 15_000 + 0.075 * 45_000, want: 0.255, why: "half way up the ramp is half as bad" },
  { elapsedMs: 60_000, want: 0.01, why: "after the outage all is well" },
  { elapsedMs: 314_999, want: 0.01, why: "the calm lasts to the end of the period" },
  { elapsedMs: 337_500, want: 0.5, why: "the next outage looks like the first" },
])("$why", ({ elapsedMs, want }) => {
  expect(failureRatioAt(demoIncident, elapsedMs)).toBeCloseTo(want, 6);
});
