import { expect, test } from "@jest/globals";
import { reasonToNotify } from "../../src/pipeline/dedup.ts";

const HOUR = 3_600_000;
const set = (text: string): ReadonlySet<string> => new Set(text === "" ? [] : text.split(" "));

// firing and resolved of the last entry (undefined: none) and its age in hours; firing and resolved now; the reason with and without send_resolved.
test.each<[string, readonly [string, string, number] | undefined, string, string, string | undefined, string | undefined]>([
  ["nothing sent, something fires", undefined, "1", "", "first notification", "first notification"],
  ["nothing sent, all resolved", undefined, "", "1", undefined, undefined],
  ["nothing sent, some fire", undefined, "1", "2", "first notification", "first notification"],
  ["the same again", ["1", "", 1], "1", "", undefined, undefined],
  ["a new alert", ["1", "", 1], "1 2", "", "new alerts added", "new alerts added"],
  ["another alert", ["1", "", 1], "2", "1", "new alerts added", "new alerts added"],
  ["firing after all were resolved", ["", "1", 1], "1", "", "first notification", "first notification"],
  ["all resolved", ["1 2", "", 1], "", "1 2", "all alerts resolved", "all alerts resolved"],
  ["all resolved, known", ["", "1 2", 1], "", "1 2", undefined, undefined],
  ["all resolved long ago, known", ["", "1", 9], "", "1", undefined, undefined],
  ["one of two resolved", ["1 2", "", 1], "1", "2", "some alerts resolved", undefined],
  ["one of two resolved, known", ["1", "2", 1], "1", "2", undefined, undefined],
  ["one of two is gone", ["1 2", "", 1], "1", "", undefined, undefined],
  ["the interval has not passed", ["1", "", 4], "1", "", undefined, undefined],
  ["the interval has passed", ["1", "", 4.001], "1", "", "repeat interval elapsed", "repeat interval elapsed"],
  ["fewer alerts, the interval has passed", ["1 2", "", 5], "1", "", "repeat interval elapsed", "repeat interval elapsed"],
  ["nothing fires now and nothing did", ["", "", 9], "", "", undefined, undefined],
])("%s", (_what, last, firing, resolved, wantWith, wantWithout) => {
  const entry = last && {
    groupKey: "",
    integration: { receiver: "", kind: "", index: 0 },
    firing: set(last[0]),
    resolved: set(last[1]),
    timestampMs: -last[2] * HOUR,
  };
  const reason = (sendResolved: boolean): string | undefined =>
    reasonToNotify(entry, { firing: set(firing), resolved: set(resolved) }, { sendResolved, repeatIntervalMs: 4 * HOUR, nowMs: 0 });
  expect([reason(true), reason(false)]).toEqual([wantWith, wantWithout]);
});
