import { systemClock } from "@ferula/durations";
import { fakeClock } from "@ferula/test-kit";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { agendaOf } from "../../src/loop/agenda.ts";

describe("an agenda", () => {
  test("rings in the order of the times, each alarm once, however often alarms are set and cleared", async () => {
    const command = fc.record({ alarm: fc.nat(7), delayMs: fc.option(fc.nat(50)), waitMs: fc.nat(5) });
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
        const clock = fakeClock(1000);
        const agenda = agendaOf(clock);
        const rung: [alarm: number, timeMs: number][] = [];
        const want: [alarm: number, timeMs: number][] = [];
        const due = new Map<number, number>();
        const alarms = Array.from({ length: 8 }, (_, i) => agenda.alarm(() => rung.push([i, clock.nowMs()])));
        const goOn = (ms: number): void => {
          clock.advanceSync(ms);
          const over = [...due].filter(([, timeMs]) => timeMs <= clock.nowMs());
          for (const [alarm] of over) due.delete(alarm);
          want.push(...over);
        };
        for (const { alarm, delayMs, waitMs } of commands) {
          if (delayMs === null) {
            alarms[alarm].clear();
            due.delete(alarm);
          } else {
            alarms[alarm].set(delayMs);
            due.set(alarm, clock.nowMs() + delayMs);
          }
          goOn(waitMs);
          expect(clock.timerCount()).toBeLessThanOrEqual(1);
        }
        goOn(100);
        const byTime = (a: readonly number[], b: readonly number[]): number => a[1] - b[1] || a[0] - b[0];
        expect(rung.map(([, timeMs]) => timeMs)).toEqual(rung.map(([, timeMs]) => timeMs).toSorted((a, b) => a - b));
        expect(rung.toSorted(byTime)).toEqual(want.toSorted(byTime));
        expect(clock.timerCount()).toBe(0);
      }),
    );
  });

  test("is one for all who have the same clock", () => {
    const clock = fakeClock();
    expect(agendaOf(clock)).toBe(agendaOf(clock));
    expect(agendaOf(fakeClock())).not.toBe(agendaOf(clock));
  });

  test("waits as long as it was told, wherever the clock is set to meanwhile", () => {
    const inner = fakeClock(100_000);
    let shiftMs = 0;
    const agenda = agendaOf({ nowMs: () => inner.nowMs() + shiftMs, setTimeout: inner.setTimeout });
    const rung: string[] = [];
    const [first, second, third] = ["first", "second", "third"].map((name) => agenda.alarm(() => rung.push(name)));
    first.set(1000);
    second.set(1500);
    shiftMs = -50_000;
    inner.advanceSync(1000);
    third.set(1000);
    expect(rung).toEqual(["first"]);
    inner.advanceSync(500);
    expect(rung).toEqual(["first", "second"]);
    inner.advanceSync(500);
    expect(rung).toEqual(["first", "second", "third"]);
  });

  test("on the machine's clock rings no earlier than it was told, and tells fractions of its time", async () => {
    const agenda = agendaOf(systemClock);
    const startedMs = performance.now();
    const waitedMs = await new Promise<number>((resolve) => agenda.alarm(() => resolve(performance.now() - startedMs)).set(5.5));
    expect(waitedMs).toBeGreaterThanOrEqual(5.5);
    expect(Math.abs(agenda.nowMs() - Date.now())).toBeLessThanOrEqual(1000);
  });
});
