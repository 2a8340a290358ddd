import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createSchedule } from "../src/schedule.ts";

const MINUTE = 60_000;

test("places are upstream's, which spreads groups by the hash of file and name", () => {
  // Where Prometheus 3.14 evaluates groups of this file, in milliseconds behind the minute.
  expect(createSchedule("day.yml", "services", MINUTE).nextMs(0)).toBe(42_290);
  expect(createSchedule("day.yml", "shelves", 30_000).nextMs(0)).toBe(2610);
});

describe("the first evaluation", () => {
  test.each([
    [0, 42_290, "lies within one interval"],
    [42_289, 42_290, "may come at once"],
    [42_290, 102_290, "is not that of the moment itself, which may have been before a restart"],
  ])("from %d: %d, it %s", (nowMs, wantMs) => {
    expect(createSchedule("day.yml", "services", MINUTE).nextMs(nowMs)).toBe(wantMs);
  });

  test("lies behind now, and at a multiple of the interval from any other", () => {
    const time = fc.integer({ min: 0, max: 4e12 });
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 1, max: 86_400_000 }), time, time, (file, name, intervalMs, a, b) => {
        const { nextMs } = createSchedule(file, name, intervalMs);
        expect(nextMs(a) > a && nextMs(a) <= a + intervalMs).toBe(true);
        expect(Math.abs(nextMs(a) - nextMs(b)) % intervalMs).toBe(0);
      }),
    );
  });
});

test.each([
  [0, 60_000, 0, "an evaluation that took no time is followed by the next"],
  [59_999, 60_000, 0, "as is one that took nearly the interval"],
  [60_000, 60_000, 0, "or all of it: the next comes at once"],
  [119_999, 60_000, 0, "the next one may be late without being missed"],
  [120_000, 120_000, 1, "one whose time the next one's has reached is missed"],
  [605_000, 600_000, 9, "as are many"],
  [-5000, 60_000, 0, "a clock that is set back repeats none"],
])("ended %d ms after its time: %d, %d missed: %s", (tookMs, wantMs, missed) => {
  const lastMs = 42_290;
  expect(createSchedule("day.yml", "services", MINUTE).followingMs(lastMs, lastMs + tookMs)).toEqual({ dueMs: lastMs + wantMs, missed });
});
