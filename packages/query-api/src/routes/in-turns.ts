import { setImmediate } from "node:timers/promises";

const TURN_MS = 10;

/** One target after another; every few milliseconds others get their turn: what a target says is read out of its last body. */
export async function* inTurns<T>(items: readonly T[]): AsyncGenerator<T> {
  let endMs = performance.now() + TURN_MS;
  for (const item of items) {
    yield item;
    if (performance.now() < endMs) continue;
    await setImmediate();
    endMs = performance.now() + TURN_MS;
  }
}
