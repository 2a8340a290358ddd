import { describe, expect, test } from "@jest/globals";
import { labelsKey, labelsOf } from "@ferula/model";
import { needsSending, nextAlerts, type ActiveAlert, type AlertTimes, type FoundAlert } from "../src/alert-state.ts";

const MINUTE = 60_000;
const LABELS = labelsOf({ alertname: "Down" });
const found = (value: number): FoundAlert => ({ labels: LABELS, annotations: ["value", String(value)], value });

/** The state after each minute, of an alert that is there (`x`) or not (`-`), as one letter: pending, firing, inactive, or `.` for none. */
function timeline(samples: string, times: AlertTimes | ((minute: number) => AlertTimes)): string {
  let alerts: ReadonlyMap<string, ActiveAlert> = new Map();
  let states = "";
  for (const [i, sample] of [...samples].entries()) {
    const now = typeof times === "function" ? times(i) : times;
    alerts = nextAlerts(alerts, sample === "x" ? [found(i)] : [], now, 1000 + i * MINUTE);
    states += alerts.get(labelsKey(LABELS))?.state[0] ?? ".";
  }
  return states;
}

describe("the states of an alert, minute by minute", () => {
  const hold = (minutes: number, keepMinutes = 0): AlertTimes => ({ holdMs: minutes * MINUTE, keepFiringMs: keepMinutes * MINUTE });
  test.each<[string, string, AlertTimes | ((minute: number) => AlertTimes), string]>([
    ["without `for` it fires at once", "xx", hold(0), "ff"],
    ["it is pending for as long as `for` says", "xxxxx", hold(3), "pppff"],
    ["what goes while it is pending is forgotten, and begins anew", "xx-xxxx", hold(3), "pp.pppf"],
    ["what goes while it fires is resolved", "xxx-", hold(1), "pffi"],
    ["what comes back after that begins anew", "xx-xx", hold(1), "pfipf"],
    ["a resolved alert is remembered for a quarter of an hour", `x${"-".repeat(18)}`, hold(0), `f${"i".repeat(16)}..`],
    ["keep_firing_for holds it", "x----", hold(0, 3), "fffffi".slice(0, 4) + "i"],
    ["a sample in between starts that time anew", "x--x---xx", hold(0, 3), "fffffffff"],
    ["a longer `for` makes a firing alert pending again", "xxxxxxx", (i) => hold(i < 3 ? 1 : 5), "pffppff"],
    ["also one that is only held by keep_firing_for", "x---", (i) => hold(i < 2 ? 0 : 5, 10), "ffp."],
    ["a shorter `for` makes a pending alert fire", "xxx", (i) => hold(i < 2 ? 5 : 1), "ppf"],
  ])("%s", (_why, samples, times, want) => {
    expect(timeline(samples, times)).toBe(want);
  });
});

test("value and annotations are the newest, the times those of the first", () => {
  const times = { holdMs: MINUTE, keepFiringMs: 0 };
  const first = nextAlerts(new Map(), [found(1)], times, 1000);
  const second = nextAlerts(first, [found(2)], times, 61_000);
  const third = nextAlerts(second, [found(3)], times, 121_000);
  expect([...third.values()]).toEqual([
    { ...found(3), state: "firing", activeAtMs: 1000, firedAtMs: 61_000, resolvedAtMs: 0, lastSentAtMs: 0, keepFiringSinceMs: 0 },
  ]);
  const [resolved] = nextAlerts(third, [], times, 181_000).values();
  expect(resolved).toMatchObject({ state: "inactive", resolvedAtMs: 181_000, value: 3 });
});

test("an alert that is held up by keep_firing_for keeps its last value", () => {
  const times = { holdMs: 0, keepFiringMs: 5 * MINUTE };
  const fired = nextAlerts(new Map(), [found(1)], times, 1000);
  const [kept] = nextAlerts(fired, [], times, 61_000).values();
  expect(kept).toMatchObject({ state: "firing", value: 1, keepFiringSinceMs: 61_000, resolvedAtMs: 0 });
});

test.each<[string, Partial<ActiveAlert>, boolean]>([
  ["a pending alert, never", { state: "pending" }, false],
  ["one that just fired", { state: "firing", lastSentAtMs: 0 }, true],
  ["one that was sent, not before the delay has passed", { state: "firing", lastSentAtMs: 40_000 }, false],
  ["one that was sent longer ago", { state: "firing", lastSentAtMs: 39_999 }, true],
  ["one that is resolved since, at once", { state: "inactive", lastSentAtMs: 99_000, resolvedAtMs: 99_500 }, true],
  ["one that was sent as resolved, not at once", { state: "inactive", lastSentAtMs: 99_500, resolvedAtMs: 99_500 }, false],
  ["one that was sent as resolved longer ago", { state: "inactive", lastSentAtMs: 39_000, resolvedAtMs: 39_000 }, true],
])("sends %s", (_what, change, want) => {
  const alert: ActiveAlert = {
    ...found(1),
    state: "firing",
    activeAtMs: 0,
    firedAtMs: 0,
    resolvedAtMs: 0,
    lastSentAtMs: 0,
    keepFiringSinceMs: 0,
    ...change,
  };
  expect(needsSending(alert, 100_000, 60_000)).toBe(want);
});
