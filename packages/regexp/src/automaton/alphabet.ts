import { LARGEST_CHAR, type CharSet } from "../char-set.ts";

/** Characters sorted into classes: what a pattern does not tell apart is of one class. */
export interface Alphabet {
  readonly classCount: number;
  /** The class of every character below 256. */
  readonly latin: Uint16Array;
  readonly classOf: (char: number) => number;
  /** One character of each class. */
  readonly samples: Int32Array;
}

const LATIN_COUNT = 256;

/** Steps that sorting may take, some ten milliseconds. Only thousands of different large sets in one pattern need more. */
const MOST_STEPS = 2_000_000;

/** The classes that `sets` tell apart, or undefined when sorting would take too long. */
export function alphabetOf(sets: readonly CharSet[]): Alphabet | undefined {
  const starts = runStarts(sets);
  const indexOfStart = new Map(Array.from(starts, (start, i) => [start, i]));
  const classes = new Classes(starts.length);
  let steps = 0;
  for (const set of sets) {
    // A set and all that is not in it make the same difference: [^a] is a matter of one run.
    const spans = smaller(spansOf(set, indexOfStart, starts.length), starts.length);
    steps += runCount(spans);
    if (steps > MOST_STEPS) return undefined;
    classes.split(spans);
  }
  return lookupOf(starts, classes.ofRun, classes.count);
}

/** Indexes of the first run and the one behind the last, again and again. */
type Spans = readonly number[];

function spansOf(set: CharSet, indexOfStart: ReadonlyMap<number, number>, count: number): Spans {
  const indexOf = (start: number): number => (start > LARGEST_CHAR ? count : (indexOfStart.get(start) ?? 0));
  return set.map((char, i) => (i % 2 === 0 ? indexOf(char) : indexOf(char + 1)));
}

function runCount(spans: Spans): number {
  let count = 0;
  for (let i = 0; i < spans.length; i += 2) count += spans[i + 1] - spans[i];
  return count;
}

function smaller(spans: Spans, count: number): Spans {
  if (2 * runCount(spans) <= count) return spans;
  const gaps = [0, ...spans, count];
  return gaps.filter((_, i) => gaps[i] !== gaps[i ^ 1]);
}

/** Where runs of characters begin that no set divides, ascending from 0. */
function runStarts(sets: readonly CharSet[]): Int32Array {
  const starts = new Set([0]);
  for (const set of sets) {
    for (let i = 0; i < set.length; i += 2) {
      starts.add(set[i]);
      if (set[i + 1] < LARGEST_CHAR) starts.add(set[i + 1] + 1);
    }
  }
  return Int32Array.from(starts).sort();
}

/** Runs in classes, which are split by one set after another. */
class Classes {
  readonly ofRun: Uint32Array;
  count = 1;
  private readonly runCounts: number[];

  constructor(runCount: number) {
    this.ofRun = new Uint32Array(runCount);
    this.runCounts = [runCount];
  }

  /** Parts each class into its runs that are in the spans, and those that are not. */
  split(spans: Spans): void {
    const inside = new Map<number, number>();
    for (let i = 0; i < spans.length; i += 2) {
      for (let run = spans[i]; run < spans[i + 1]; run++) inside.set(this.ofRun[run], (inside.get(this.ofRun[run]) ?? 0) + 1);
    }
    const renamed = new Map<number, number>();
    for (const [old, count] of inside) {
      if (count === this.runCounts[old]) continue;
      renamed.set(old, this.count++);
      this.runCounts.push(count);
      this.runCounts[old] -= count;
    }
    if (renamed.size === 0) return;
    for (let i = 0; i < spans.length; i += 2) {
      for (let run = spans[i]; run < spans[i + 1]; run++) this.ofRun[run] = renamed.get(this.ofRun[run]) ?? this.ofRun[run];
    }
  }
}

function lookupOf(starts: Int32Array, ofRun: Uint32Array, classCount: number): Alphabet {
  const classOf = (char: number): number => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= char) low = middle;
      else high = middle;
    }
    return ofRun[low];
  };
  const samples = new Int32Array(classCount);
  for (let run = starts.length - 1; run >= 0; run--) samples[ofRun[run]] = starts[run];
  return { classCount, latin: Uint16Array.from({ length: LATIN_COUNT }, (_, char) => classOf(char)), classOf, samples };
}
