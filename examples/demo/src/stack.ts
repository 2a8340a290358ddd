import { setTimeout as sleep } from "node:timers/promises";
import type { Child } from "./child.ts";

/** How long a service may take to stop before it is killed, in milliseconds. */
const STOP_DEADLINE_MS = 20_000;

/**
 * Waits until `signal` aborts or a service ends by itself, then stops all of them, the last started first. Returns the exit code: 0
 * after a stop that was asked for, 1 when a service ended by itself or had to be killed.
 */
export async function superviseUntil(signal: AbortSignal, children: readonly Child[], say: (line: string) => void): Promise<number> {
  const firstEnd = Promise.race(children.map(async (child) => ({ child, how: await child.ended })));
  const asked = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  const early = await Promise.race([firstEnd, asked]);
  const unasked = early !== undefined && !signal.aborted;
  if (unasked) say(`${early.child.name} ended by itself (${describe(early.how)}); stopping the others`);
  else say("Stopping …");
  const allStopped = await stopAll(children, say);
  return unasked || !allStopped ? 1 : 0;
}

async function stopAll(children: readonly Child[], say: (line: string) => void): Promise<boolean> {
  let clean = true;
  for (const child of children.toReversed()) {
    child.kill("SIGTERM");
    // The timer must not keep this process alive when the service has ended.
    const ended = await Promise.race([child.ended, sleep(STOP_DEADLINE_MS, undefined, { ref: false })]);
    if (ended !== undefined) continue;
    clean = false;
    say(`${child.name} did not stop within ${STOP_DEADLINE_MS / 1000} seconds and is killed`);
    child.kill("SIGKILL");
    await child.ended;
  }
  return clean;
}

function describe({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}
