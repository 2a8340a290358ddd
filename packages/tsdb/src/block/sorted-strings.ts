/** Strings in ascending order of their UTF-8 bytes, outside the JavaScript heap, numbered from 0. */
export class SortedStrings {
  private arena: Uint8Array = new Uint8Array(1024);
  /** String i ends before `ends[i + 1]`; `ends[0]` is 0. */
  private ends: Uint32Array = new Uint32Array(64);
  private count = 0;

  /** How many strings there are. */
  get length(): number {
    return this.count;
  }

  /** Puts a string behind the others. The caller sees to the order, at least among those that are searched together. */
  push(bytes: Uint8Array): void {
    const start = this.ends[this.count];
    const end = start + bytes.length;
    if (end > 0xffffffff) throw new RangeError("strings of more than 4 GiB can't be kept");
    if (end > this.arena.length) this.arena = grown(this.arena, new Uint8Array(Math.max(end, this.arena.length * 2)));
    if (this.count + 2 > this.ends.length) this.ends = grown(this.ends, new Uint32Array(this.ends.length * 2));
    this.arena.set(bytes, start);
    this.ends[++this.count] = end;
  }

  /** The bytes of string `index`: a view that is good until the next `push`. */
  bytes(index: number): Uint8Array {
    return this.arena.subarray(this.ends[index], this.ends[index + 1]);
  }

  /** The last of the strings `[from, to)` that is not greater than `bytes`; `from - 1` when all are. */
  floor(bytes: Uint8Array, from: number, to: number): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(middle, bytes) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** The number of a string, or -1. */
  find(bytes: Uint8Array): number {
    const index = this.floor(bytes, 0, this.count);
    return index >= 0 && this.compare(index, bytes) === 0 ? index : -1;
  }

  /** Orders string `index` against `bytes`: negative, zero or positive. */
  compare(index: number, bytes: Uint8Array): number {
    return compareBytes(this.arena, this.ends[index], this.ends[index + 1], bytes, 0, bytes.length);
  }
}

/** Orders `a[aStart, aEnd)` and `b[bStart, bEnd)` byte by byte: negative, zero or positive. */
export function compareBytes(a: Uint8Array, aStart: number, aEnd: number, b: Uint8Array, bStart: number, bEnd: number): number {
  const shorter = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < shorter; i++) {
    const difference = a[aStart + i] - b[bStart + i];
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}

function grown<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
