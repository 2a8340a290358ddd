import { setMaxListeners } from "node:events";

/** What signals arrive at: `process`, or an emitter in tests. */
export interface SignalSource {
  readonly on: (signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void) => unknown;
}

/** How a program is told to stop. */
export interface StopOptions {
  /** Called at the first signal, before the abort, to log it. */
  readonly onStop?: (signal: NodeJS.Signals) => void;
  /** Default: process. */
  readonly source?: SignalSource;
}

/**
 * A signal that aborts at the first SIGTERM or SIGINT; its reason is an Error that names it. Those that come later change nothing, as
 * upstream's programs ignore them: what is being written then must be written to its end.
 */
export function stopOnSignals(options: StopOptions = {}): AbortSignal {
  const source = options.source ?? process;
  const controller = new AbortController();
  // Every component listens to this one signal: many listeners are no leak.
  setMaxListeners(0, controller.signal);
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    source.on(name, () => {
      if (controller.signal.aborted) return;
      options.onStop?.(name);
      controller.abort(new Error(`received ${name}`));
    });
  }
  return controller.signal;
}

/**
 * Calls `handle` at each `name` (SIGHUP for a reload) until `until` aborts. It listens for as long as the process lives: without a
 * listener a signal that comes during the stop would end the process in the middle of it.
 */
export function onSignal(name: NodeJS.Signals, until: AbortSignal, handle: () => void, source: SignalSource = process): void {
  source.on(name, () => {
    if (!until.aborted) handle();
  });
}
