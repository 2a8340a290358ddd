/** A part of a program with a life of its own. */
export interface Component {
  /** Stands in messages. */
  readonly name: string;
  /** Works until `signal` aborts, then tidies up (flushes, closes) and resolves. A rejection brings the whole program down. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/**
 * Starts `components` in order and resolves when all have ended. When `signal` aborts or a component fails, the others are asked to stop
 * in reverse order, each only after those started later have ended, so that what a component stands on outlives it. The first
 * failure is thrown after the last component has ended; a component that merely ends early stops nobody.
 */
export async function runAll(components: readonly Component[], signal: AbortSignal): Promise<void> {
  const failures: unknown[] = [];
  const stopped = new AbortController();
  const stop = (): void => stopped.abort(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });

  const running: { readonly stop: AbortController; readonly ended: Promise<void> }[] = [];
  for (const component of components) {
    if (stopped.signal.aborted) break;
    const own = new AbortController();
    const ended = runOne(component, own.signal).catch((error: unknown) => {
      if (isOwnAbort(error, own.signal)) return;
      failures.push(error);
      stopped.abort(error);
    });
    running.push({ stop: own, ended });
  }

  const allEnded = Promise.all(running.map((one) => one.ended));
  await Promise.race([allEnded, aborted(stopped.signal)]);
  for (const one of running.toReversed()) {
    one.stop.abort(stopped.signal.reason);
    await one.ended;
  }
  signal.removeEventListener("abort", stop);
  if (failures.length > 0) throw failures[0];
}

/** A `run` that throws before its first wait fails like any other. */
async function runOne(component: Component, signal: AbortSignal): Promise<void> {
  await component.run(signal);
}

/** A wait that was cut short by the very signal it listened to is how a component ends, not how it fails. */
function isOwnAbort(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  return error === signal.reason || (typeof error === "object" && error !== null && "name" in error && error.name === "AbortError");
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
