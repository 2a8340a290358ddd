import { systemClock, type Clock } from "@ferula/durations";
import { sleep } from "./sleep.ts";

/** How a loop starts and what it reads the time from. */
export interface RunEveryOptions {
  /** Milliseconds before the first tick. Default 0: at once. */
  readonly firstAfterMs?: number;
  /** Default: the machine's clock. */
  readonly clock?: Clock;
}

/**
 * Calls `tick` every `intervalMs` until `signal` aborts, then resolves once the running tick has ended. A tick that outlasts the interval
 * delays the next one and never overlaps it; beats that were missed are left out, and those that follow keep the rhythm of the first. A
 * tick that throws ends the loop with its error: a loop that is to survive catches for itself.
 */
export async function runEvery(
  intervalMs: number,
  signal: AbortSignal,
  tick: (nowMs: number) => Promise<void> | void,
  options: RunEveryOptions = {},
): Promise<void> {
  if (!(intervalMs > 0)) throw new RangeError(`cannot run every ${intervalMs} ms: the interval must be above zero`);
  const clock = options.clock ?? systemClock;
  let beatMs = clock.nowMs() + (options.firstAfterMs ?? 0);
  while (!signal.aborted) {
    if (!(await waitUntil(beatMs, signal, clock))) return;
    await tick(clock.nowMs());
    beatMs = nextBeat(beatMs, intervalMs, clock.nowMs());
  }
}

async function waitUntil(timeMs: number, signal: AbortSignal, clock: Clock): Promise<boolean> {
  const waitMs = timeMs - clock.nowMs();
  return waitMs > 0 ? await sleep(waitMs, signal, clock) : !signal.aborted;
}

/** The first beat after `nowMs`. A wall clock that was set back starts a new rhythm, or the loop would stand still for the difference. */
function nextBeat(beatMs: number, intervalMs: number, nowMs: number): number {
  if (beatMs > nowMs) return nowMs + intervalMs;
  return beatMs + intervalMs * Math.max(1, Math.ceil((nowMs - beatMs) / intervalMs));
}
