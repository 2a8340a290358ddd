import { describe, expect, test } from "@jest/globals";
import { runEvery, sleep } from "../src/index.ts";
import { manualClock, settle } from "./manual-clock.ts";

describe("runEvery", () => {
  test("the first tick comes at once, the others at the interval", async () => {
    const clock = manualClock();
    const stop = new AbortController();
    const ticks: number[] = [];
    const ran = runEvery(10, stop.signal, (nowMs) => void ticks.push(nowMs - 1_000_000), { clock });
    await clock.advance(35);
    expect(ticks).toEqual([0, 10, 20, 30]);
    stop.abort();
    await ran;
    expect(clock.timers()).toBe(0);
  });

  test("the first tick can be put off, and an abort before it means none", async () => {
    const clock = manualClock();
    const stop = new AbortController();
    const ticks: number[] = [];
    const ran = runEvery(10, stop.signal, (nowMs) => void ticks.push(nowMs - 1_000_000), { clock, firstAfterMs: 7 });
    await clock.advance(28);
    expect(ticks).toEqual([7, 17, 27]);
    stop.abort();
    await ran;
    await runEvery(10, AbortSignal.abort(), () => expect(true).toBe(false), { clock });
  });

  test("a slow tick delays the next to the following beat and is never overlapped", async () => {
    const clock = manualClock();
    const stop = new AbortController();
    const ticks: number[] = [];
    let running = 0;
    const tick = async (nowMs: number): Promise<void> => {
      expect(++running).toBe(1);
      ticks.push(nowMs - 1_000_000);
      await sleep(ticks.length === 1 ? 25 : 1, stop.signal, clock);
      running--;
    };
    const ran = runEvery(10, stop.signal, tick, { clock });
    await clock.advance(45);
    expect(ticks).toEqual([0, 30, 40]);
    stop.abort();
    await ran;
  });

  test("a clock that is set back does not stop the loop, one set forward does not make it run in bursts", async () => {
    const clock = manualClock();
    const stop = new AbortController();
    let ticks = 0;
    const ran = runEvery(
      10,
      stop.signal,
      () => {
        ticks++;
        if (ticks === 2) clock.set(5);
        if (ticks === 4) clock.set(9_000_000);
      },
      { clock },
    );
    await clock.advance(60);
    expect(ticks).toBeGreaterThanOrEqual(5);
    expect(ticks).toBeLessThanOrEqual(7);
    stop.abort();
    await ran;
  });

  test("it resolves only after the running tick has ended", async () => {
    const clock = manualClock();
    const stop = new AbortController();
    let hasEnded = false;
    const neverAborted = new AbortController().signal;
    const ran = runEvery(
      10,
      stop.signal,
      async () => {
        await sleep(5, neverAborted, clock);
        hasEnded = true;
      },
      { clock },
    ).then(() => hasEnded);
    await settle();
    stop.abort();
    await clock.advance(5);
    await expect(ran).resolves.toBe(true);
  });

  test("an error of a tick ends the loop", async () => {
    const failing = (): never => {
      throw new Error("cannot tick");
    };
    await expect(runEvery(10, new AbortController().signal, failing)).rejects.toThrow("cannot tick");
  });

  test.each([0, -1, Number.NaN])("an interval of %d is refused", async (intervalMs) => {
    await expect(runEvery(intervalMs, new AbortController().signal, () => undefined)).rejects.toThrow("must be above zero");
  });
});

describe("sleep", () => {
  test("says whether the time has passed, and leaves nothing behind", async () => {
    const clock = manualClock();
    const stop = new AbortController();
    const whole = sleep(5, stop.signal, clock);
    await clock.advance(5);
    await expect(whole).resolves.toBe(true);
    const cut = sleep(5, stop.signal, clock);
    stop.abort();
    await expect(cut).resolves.toBe(false);
    await expect(sleep(5, stop.signal, clock)).resolves.toBe(false);
    expect(clock.timers()).toBe(0);
  });

  test("works on the machine's clock", async () => {
    await expect(sleep(1, new AbortController().signal)).resolves.toBe(true);
  });
});
