import type { SeriesRef } from "@ferula/storage";

/** The series has got its first sample. */
export const IS_STORED = 1;
/** The series is none of its family any more: relabelling has named it otherwise. */
export const IS_EXCLUDED = 2;
/** There is a start. */
export const HAS_START = 4;

/** No place in a table. */
export const NOWHERE = -1;

/** What is known of the counters of one target, as columns. Open addressing by reference, at most half full. */
export class CounterTable {
  refs: Uint32Array = new Uint32Array(16);
  flags: Uint8Array = new Uint8Array(16);
  /** The scrape in which the series was seen last, counted from 1. */
  seenIn: Uint32Array = new Uint32Array(16);
  /** The time of its last sample, its value, and the value when it was first seen. */
  lastMs: Float64Array = new Float64Array(16);
  lastValues: Float64Array = new Float64Array(16);
  firstValues: Float64Array = new Float64Array(16);
  startsMs: Float64Array = new Float64Array(16);
  private count = 0;

  /** Where a series stands, or NOWHERE. */
  find(ref: SeriesRef): number {
    const { refs } = this;
    const mask = refs.length - 1;
    let at = Math.imul(ref, GOLDEN) & mask;
    while (refs[at] !== 0) {
      if (refs[at] === ref) return at;
      at = (at + 1) & mask;
    }
    return NOWHERE;
  }

  /** Where a series stands, put in where it is not. */
  place(ref: SeriesRef): number {
    const found = this.find(ref);
    if (found !== NOWHERE) return found;
    if (2 * (this.count + 1) > this.refs.length) this.rebuild(2 * this.refs.length, this.refs);
    this.count++;
    return this.insert(ref);
  }

  /** Lets go of the series for which `keeps`, asked by place, says no, and of room that the others don't need. */
  retain(keeps: (at: number) => boolean): void {
    const kept = this.refs.map((ref, at) => (ref !== 0 && keeps(at) ? 1 : 0));
    let count = 0;
    for (let at = 0; at < kept.length; at++) count += kept[at];
    this.rebuild(Math.max(16, 2 ** Math.ceil(Math.log2(2 * count + 2))), kept);
  }

  private insert(ref: SeriesRef): number {
    const { refs } = this;
    const mask = refs.length - 1;
    let at = Math.imul(ref, GOLDEN) & mask;
    while (refs[at] !== 0) at = (at + 1) & mask;
    refs[at] = ref;
    return at;
  }

  /** `kept` is not 0 where what stands there is taken along. */
  private rebuild(capacity: number, kept: Uint32Array): void {
    const { refs, flags, seenIn, lastMs, lastValues, firstValues, startsMs } = this;
    this.refs = new Uint32Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.seenIn = new Uint32Array(capacity);
    this.lastMs = new Float64Array(capacity);
    this.lastValues = new Float64Array(capacity);
    this.firstValues = new Float64Array(capacity);
    this.startsMs = new Float64Array(capacity);
    this.count = 0;
    for (let from = 0; from < refs.length; from++) {
      if (kept[from] === 0) continue;
      const at = this.insert(refs[from]);
      this.count++;
      this.flags[at] = flags[from];
      this.seenIn[at] = seenIn[from];
      this.lastMs[at] = lastMs[from];
      this.lastValues[at] = lastValues[from];
      this.firstValues[at] = firstValues[from];
      this.startsMs[at] = startsMs[from];
    }
  }
}

/** Spreads neighbours over the table: 2^32 divided by the golden ratio. */
const GOLDEN = 0x9e3779b1;
