import { differenceHigh, sumHigh } from "./int64.ts";

/**
 * What the reader or the writer of a chunk knows of its last sample, field by field: 64 bits each, which the next sample tells as a
 * difference. An integer is told by how its delta changed (`deltas`), a float by the bits in which it differs (`leading`, `trailing`).
 * Both sides keep the same state, so that a writer goes on where a reader has arrived.
 */
export class Fields {
  /** Two words a field, low first. */
  readonly words: Int32Array;
  /** The same memory as floats. */
  readonly doubles: Float64Array;
  /** The last change of each integer, in words as above. */
  readonly deltas: Int32Array;
  /** The zeros before and behind the window of bits in which each float last differed. */
  readonly leading: Uint8Array;
  readonly trailing: Uint8Array;
  /** How much the delta changed at the last `advanceTo`. */
  changeLow = 0;
  changeHigh = 0;

  constructor(count: number) {
    this.doubles = new Float64Array(count);
    this.words = new Int32Array(this.doubles.buffer);
    this.deltas = new Int32Array(2 * count);
    this.leading = new Uint8Array(count);
    this.trailing = new Uint8Array(count);
  }

  /** Sets the field without a delta, as a chunk's first sample does. */
  set(field: number, low: number, high: number): void {
    this.words[2 * field] = low;
    this.words[2 * field + 1] = high;
  }

  /** Moves an integer to a new value and leaves in `changeLow` and `changeHigh` how its delta changed. All arithmetic wraps. */
  advanceTo(field: number, low: number, high: number): void {
    const { words, deltas } = this;
    const at = 2 * field;
    const deltaLow = (low - words[at]) | 0;
    const deltaHigh = differenceHigh(low, high, words[at], words[at + 1]);
    this.changeLow = (deltaLow - deltas[at]) | 0;
    this.changeHigh = differenceHigh(deltaLow, deltaHigh, deltas[at], deltas[at + 1]);
    words[at] = low;
    words[at + 1] = high;
    deltas[at] = deltaLow;
    deltas[at + 1] = deltaHigh;
  }

  /** Changes an integer's delta and adds it. */
  advanceBy(field: number, changeLow: number, changeHigh: number): void {
    const { words, deltas } = this;
    const at = 2 * field;
    const deltaLow = (deltas[at] + changeLow) | 0;
    const deltaHigh = sumHigh(deltas[at], deltas[at + 1], changeLow, changeHigh);
    deltas[at] = deltaLow;
    deltas[at + 1] = deltaHigh;
    const low = words[at];
    words[at] = (low + deltaLow) | 0;
    words[at + 1] = sumHigh(low, words[at + 1], deltaLow, deltaHigh);
  }

  /** Forgets the windows: the next difference of each float begins one. */
  clearWindows(): void {
    this.leading.fill(NO_WINDOW);
  }
}

/** In `leading`: no window yet. */
export const NO_WINDOW = 255;
