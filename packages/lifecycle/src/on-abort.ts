/** Something to be called at an abort, and where it stands among the others of its signal; -1 when it is not among them any more. */
interface Waiting {
  /** Undefined when it was taken back. */
  callback: (() => void) | undefined;
  place: number;
}

/** Those that wait for one signal. */
interface Waits {
  readonly all: Waiting[];
  readonly ring: () => void;
  /** Whether there is a listener. */
  isListening: boolean;
  /** Whether nobody has waited twice. */
  isFirst: boolean;
}

const waitsOf = new WeakMap<AbortSignal, Waits>();

/**
 * Calls `callback` when `signal` aborts, which it has not done yet, and returns what takes that back. Callbacks come in no order, and must
 * not throw.
 *
 * A signal that is waited for again has one listener here for as long as it lives, however many waits come and go with it. A listener for
 * each of them would leave an outgrown table of the signal behind, and each such table holds the next one: until the next full collection V8
 * would take everything that those listeners knew for alive, which is a kilobyte for each wait. One that is waited for once loses it with
 * that: Node keeps a signal of a time limit, with all that its listeners know, until the time is over.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let waits = waitsOf.get(signal);
  if (waits === undefined) {
    waits = startWaits();
    waitsOf.set(signal, waits);
  } else {
    waits.isFirst = false;
  }
  if (!waits.isListening) {
    signal.addEventListener("abort", waits.ring, { once: true });
    waits.isListening = true;
  }
  return add(signal, waits, callback);
}

function add(signal: AbortSignal, waits: Waits, callback: () => void): () => void {
  const { all } = waits;
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
    if (!waits.isFirst || all.length > 0) return;
    signal.removeEventListener("abort", waits.ring);
    waits.isListening = false;
  };
}

function startWaits(): Waits {
  const all: Waiting[] = [];
  const ring = (): void => {
    const rung = all.splice(0);
    for (const one of rung) one.place = -1;
    for (const one of rung) one.callback?.();
  };
  return { all, ring, isListening: false, isFirst: true };
}
