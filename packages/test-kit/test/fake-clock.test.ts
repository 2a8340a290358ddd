import { expect, test } from "@jest/globals";
import { fakeClock, type FakeClock } from "../src/index.ts";

test("the clock stands still until it is told to go", async () => {
  const clock = fakeClock(1000);
  expect(clock.nowMs()).toBe(1000);
  await clock.advance(500);
  clock.advanceSync(1);
  expect(clock.nowMs()).toBe(1501);
});

test("by default it shows the beginning of 2026", () => {
  expect(new Date(fakeClock().nowMs()).toISOString()).toBe("2026-01-01T00:00:00.000Z");
});

const ways: readonly { way: string; go: (clock: FakeClock, ms: number) => void | Promise<void> }[] = [
  { way: "advance", go: (clock, ms) => clock.advance(ms) },
  { way: "advanceSync", go: (clock, ms) => clock.advanceSync(ms) },
];

test.each(ways)("$way calls timers in the order of their times, each at its own", async ({ go }) => {
  const clock = fakeClock(0);
  const calls: string[] = [];
  for (const [name, delayMs] of [
    ["c", 30],
    ["a", 10],
    ["b", 20],
    ["b2", 20],
    ["late", 31],
    ["past", -5],
  ] as const) {
    clock.setTimeout(() => calls.push(`${name}@${clock.nowMs()}`), delayMs);
  }
  await go(clock, 30);
  expect(calls).toEqual(["past@0", "a@10", "b@20", "b2@20", "c@30"]);
  expect(clock.timerCount()).toBe(1);
  await go(clock, 1);
  expect(calls).toContain("late@31");
});

test.each(ways)("$way: timers that a callback sets count when they are due in time", async ({ go }) => {
  const clock = fakeClock(0);
  const calls: number[] = [];
  const tick = (): void => {
    calls.push(clock.nowMs());
    clock.setTimeout(tick, 10);
  };
  clock.setTimeout(tick, 10);
  await go(clock, 35);
  expect(calls).toEqual([10, 20, 30]);
  expect(clock.nowMs()).toBe(35);
});

test.each(ways)("$way does not call a cancelled timer; cancelling late does nothing", async ({ go }) => {
  const clock = fakeClock(0);
  const calls: string[] = [];
  const cancel = clock.setTimeout(() => calls.push("never"), 10);
  const cancelLate = clock.setTimeout(() => calls.push("once"), 10);
  cancel();
  cancel();
  await go(clock, 20);
  cancelLate();
  expect(calls).toEqual(["once"]);
  expect(clock.timerCount()).toBe(0);
});

test("advance lets a promise chain set its next timer", async () => {
  const clock = fakeClock(0);
  const wakes: number[] = [];
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.setTimeout(resolve, ms);
    });
  const loop = (async () => {
    for (let i = 0; i < 3; i++) {
      await sleep(10);
      await Promise.resolve();
      wakes.push(clock.nowMs());
    }
  })();
  await clock.advance(30);
  expect(wakes).toEqual([10, 20, 30]);
  await loop;
});

test.each([-1, NaN])("time does not go on by %d", async (ms) => {
  await expect(fakeClock().advance(ms)).rejects.toThrow("time only goes on");
  expect(() => fakeClock().advanceSync(ms)).toThrow("time only goes on");
});
