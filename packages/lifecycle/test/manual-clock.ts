import type { Clock } from "@ferula/durations";

/** A clock that moves when told to; `advance` fires what is due and lets promises settle in between. */
export function manualClock(): Clock & { advance: (ms: number) => Promise<void>; set: (ms: number) => void; timers: () => number } {
  let nowMs = 1_000_000;
  let elapsedMs = 0;
  const timers = new Map<number, { dueMs: number; callback: () => void }>();
  let lastId = 0;
  return {
    nowMs: () => nowMs,
    setTimeout: (callback, delayMs) => {
      const id = ++lastId;
      timers.set(id, { dueMs: elapsedMs + delayMs, callback });
      return () => timers.delete(id);
    },
    advance: async (ms) => {
      await settle();
      for (let step = 0; step < ms; step++) {
        nowMs++;
        elapsedMs++;
        for (const [id, timer] of timers) {
          if (timer.dueMs <= elapsedMs && timers.delete(id)) timer.callback();
        }
        await settle();
      }
    },
    set: (ms) => {
      nowMs = ms;
    },
    timers: () => timers.size,
  };
}

/** Lets everything that is ready run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}
