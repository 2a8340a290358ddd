import { setMaxListeners } from "node:events";

/** What signals arrive at: `process`, or an emitter in tests. */
export interface SignalSource {
  readonly on: (signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void) => unknown;
  readonly off: (signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void) => unknown;
}

/** How a program is told to stop. */
export interface StopOptions {
  /** Called at the first signal, before the abort, to log it. */
  readonly onStop?: (signal: NodeJS.Signals) => void;
  /** Default: process. */
  readonly source?: SignalSource;
  /** Default: process.exit. */
  readonly exit?: (code: number) => void;
}

/** The exit codes a shell gives a program that these signals ended: 128 and the signal's number. */
const stopCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * A signal that aborts at the first SIGTERM or SIGINT; its reason is an Error that names it. A second one ends the process at once, for
 * the user who does not want to wait for the flush, with the exit code of that signal.
 */
export function stopOnSignals(options: StopOptions = {}): AbortSignal {
  const source = options.source ?? process;
  const exit = options.exit ?? ((code: number): void => process.exit(code));
  const controller = new AbortController();
  // Every component listens to this one signal: many listeners are no leak.
  setMaxListeners(0, controller.signal);
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    source.on(name, () => {
      if (controller.signal.aborted) {
        exit(stopCodes[name]);
        return;
      }
      options.onStop?.(name);
      controller.abort(new Error(`received ${name}`));
    });
  }
  return controller.signal;
}

/**
 * Calls `handle` at each `name` (SIGHUP for a reload) until `until` aborts. As long as it listens, the signal does not end the process.
 */
export function onSignal(name: NodeJS.Signals, until: AbortSignal, handle: () => void, source: SignalSource = process): void {
  if (until.aborted) return;
  source.on(name, handle);
  until.addEventListener("abort", () => source.off(name, handle), { once: true });
}
