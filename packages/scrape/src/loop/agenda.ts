import { systemClock, type Clock } from "@ferula/durations";

/** A call that is made some time after it is asked for, again and again. */
export interface Alarm {
  /** Calls once, `delayMs` from now, in the place of a call that was still to come. Below zero counts as zero. */
  readonly set: (delayMs: number) => void;
  /** No call is to come any more. */
  readonly clear: () => void;
}

/**
 * The alarms of all loops of a clock, behind one timer: with a timer each, thousands of targets cost Node a list of timers for every length
 * that there is. What is due at once is called in the order of the due times, before anything else is done.
 */
export interface Agenda {
  /** The clock's time; that of the machine with the fraction of a millisecond that its clock leaves out. */
  readonly nowMs: () => number;
  /** An alarm that calls `ring`, which must not throw. */
  readonly alarm: (ring: () => void) => Alarm;
}

interface Entry {
  dueMs: number;
  /** In the heap; -1 when it isn't there. */
  place: number;
  readonly ring: () => void;
}

const agendas = new WeakMap<Clock, Agenda>();

/** The one agenda of a clock. */
export function agendaOf(clock: Clock): Agenda {
  let agenda = agendas.get(clock);
  if (agenda === undefined) {
    const isMachines = clock === systemClock;
    agenda = createAgenda(isMachines ? fineNowOf(clock) : clock.nowMs, isMachines ? MACHINES : steadied(clock), clock);
    agendas.set(clock, agenda);
  }
  return agenda;
}

/** How long something takes is for a clock to say that nobody sets. */
interface SteadyClock {
  readonly nowMs: () => number;
  /** Told that a timer says that it is so late by now. */
  readonly reached: (timeMs: number) => void;
}

/** Timers of the machine fire a little early: they tell it nothing. */
const MACHINES: SteadyClock = { nowMs: () => performance.now(), reached: () => undefined };

function createAgenda(nowMs: () => number, steady: SteadyClock, { setTimeout }: Pick<Clock, "setTimeout">): Agenda {
  /** A binary heap: the next one to be called comes first. */
  const heap: Entry[] = [];
  let cancelTimer: (() => void) | undefined;
  let armedForMs = Infinity;

  function arm(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    armedForMs = Infinity;
    if (heap.length === 0) return;
    armedForMs = heap[0].dueMs;
    // A timer counts in whole milliseconds and from the beginning of its turn: one that fires early is set again.
    cancelTimer = setTimeout(ringDue, armedForMs - steady.nowMs());
  }

  function ringDue(): void {
    cancelTimer = undefined;
    steady.reached(armedForMs);
    const now = steady.nowMs();
    while (heap.length > 0 && heap[0].dueMs <= now) {
      const entry = heap[0];
      remove(heap, entry);
      entry.ring();
    }
    arm();
  }

  return {
    nowMs,
    alarm(ring) {
      const entry: Entry = { dueMs: 0, place: -1, ring };
      return {
        set(delayMs) {
          if (entry.place >= 0) remove(heap, entry);
          entry.dueMs = steady.nowMs() + Math.max(0, delayMs);
          heap.push(entry);
          siftUp(heap, heap.length - 1, entry);
          if (entry.dueMs < armedForMs) arm();
        },
        clear() {
          if (entry.place < 0) return;
          remove(heap, entry);
          if (heap.length === 0) arm();
        },
      };
    },
  };
}

/** A clock that goes on where `clock` is set back. */
function steadied(clock: Clock): SteadyClock {
  let offsetMs = 0;
  let lastMs = -Infinity;
  return {
    nowMs() {
      lastMs = Math.max(lastMs, clock.nowMs() + offsetMs);
      return lastMs;
    },
    reached(timeMs) {
      offsetMs = Math.max(offsetMs, timeMs - clock.nowMs());
    },
  };
}

/** The time of `clock`, which is in whole milliseconds, with a fraction from the steady clock. */
function fineNowOf(clock: Clock): () => number {
  let offsetMs = clock.nowMs() - performance.now();
  return () => {
    const coarseMs = clock.nowMs();
    const steadyMs = performance.now();
    // Each look tells within a millisecond how far the two are apart; many looks tell it well.
    if (steadyMs + offsetMs < coarseMs) offsetMs = coarseMs - steadyMs;
    else if (steadyMs + offsetMs > coarseMs + 1) offsetMs = coarseMs + 1 - steadyMs;
    return steadyMs + offsetMs;
  };
}

function remove(heap: Entry[], entry: Entry): void {
  const { place } = entry;
  const last = heap.pop() as Entry;
  entry.place = -1;
  if (last === entry) return;
  if (place > 0 && heap[(place - 1) >> 1].dueMs > last.dueMs) siftUp(heap, place, last);
  else siftDown(heap, place, last);
}

/** Puts `entry` to `place` or above it. */
function siftUp(heap: Entry[], place: number, entry: Entry): void {
  while (place > 0) {
    const parent = heap[(place - 1) >> 1];
    if (parent.dueMs <= entry.dueMs) break;
    heap[place] = parent;
    parent.place = place;
    place = (place - 1) >> 1;
  }
  heap[place] = entry;
  entry.place = place;
}

/** Puts `entry` to `place` or below it. */
function siftDown(heap: Entry[], place: number, entry: Entry): void {
  for (;;) {
    let child = 2 * place + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1].dueMs < heap[child].dueMs) child++;
    if (heap[child].dueMs >= entry.dueMs) break;
    heap[place] = heap[child];
    heap[place].place = place;
    place = child;
  }
  heap[place] = entry;
  entry.place = place;
}
