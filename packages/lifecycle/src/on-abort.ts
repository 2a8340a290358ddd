/** Something to be called at an abort, and where it stands among the others of its signal; -1 when it is not among them any more. */
interface Waiting {
  /** Undefined when it was taken back. */
  callback: (() => void) | undefined;
  place: number;
}

const waitingOf = new WeakMap<AbortSignal, Waiting[]>();

/**
 * Calls `callback` when `signal` aborts, which it has not done yet, and returns what takes that back. Callbacks come in no order, and must
 * not throw.
 *
 * A signal has one listener here for as long as it lives, however many waits come and go with it. A listener for each of them would leave an
 * outgrown table of the signal behind, and each such table holds the next one: until the next full collection V8 would take everything that
 * those listeners knew for alive, which is a kilobyte for each wait.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let waiting = waitingOf.get(signal);
  if (waiting === undefined) {
    waiting = [];
    waitingOf.set(signal, waiting);
    listen(signal, waiting);
  }
  return add(waiting, callback);
}

function add(all: Waiting[], callback: () => void): () => void {
  const one: Waiting = { callback, place: all.length };
  all.push(one);
  return () => {
    one.callback = undefined;
    if (one.place < 0) return;
    const last = all.pop() as Waiting;
    // The last one takes the place that is free, so that nothing else moves.
    if (last !== one) {
      all[one.place] = last;
      last.place = one.place;
    }
    one.place = -1;
  };
}

function listen(signal: AbortSignal, waiting: Waiting[]): void {
  signal.addEventListener(
    "abort",
    () => {
      const all = waiting.splice(0);
      for (const one of all) one.place = -1;
      for (const one of all) one.callback?.();
    },
    { once: true },
  );
}
