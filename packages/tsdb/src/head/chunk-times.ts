import { grownColumn } from "@ferula/kernels";

/** In `durationsMs`: the times are in `far`, or the row is free. */
const IS_FAR = 0xffff_ffff;
const MOST = 0xffff_fffe;
const HALF_RANGE_MS = 2 ** 31;

/**
 * The first and the last time of each chunk of a head, eight bytes for both: the last as the distance from a time that all share, the first
 * as the distance from the last. Both reach 49 days, which is more than a head holds; what lies further off is kept on its own.
 */
export class ChunkTimes {
  /** The distances count from here. */
  private baseMs = NaN;
  private lastTimes: Uint32Array;
  private durationsMs: Uint32Array;
  /** The highest row that has had times. */
  private lastRow = 0;
  /** With so many far off, the others are looked at: the first of all may have been far off itself. */
  private mostFar = 1024;
  private readonly far = new Map<number, { readonly minTimeMs: number; readonly maxTimeMs: number }>();

  constructor(capacity: number) {
    this.lastTimes = new Uint32Array(capacity);
    this.durationsMs = new Uint32Array(capacity);
  }

  /** How many rows need more than eight bytes. */
  get farCount(): number {
    return this.far.size;
  }

  minTimeMs(row: number): number {
    const durationMs = this.durationsMs[row];
    return durationMs === IS_FAR ? this.farTimes(row).minTimeMs : this.baseMs + this.lastTimes[row] - durationMs;
  }

  maxTimeMs(row: number): number {
    return this.durationsMs[row] === IS_FAR ? this.farTimes(row).maxTimeMs : this.baseMs + this.lastTimes[row];
  }

  set(row: number, minTimeMs: number, maxTimeMs: number): void {
    if (row > this.lastRow) this.lastRow = row;
    else if (this.durationsMs[row] === IS_FAR) this.far.delete(row);
    if (Number.isNaN(this.baseMs)) this.baseMs = maxTimeMs - HALF_RANGE_MS;
    this.place(row, minTimeMs, maxTimeMs);
    if (this.far.size < this.mostFar) return;
    this.mostFar *= 2;
    this.moveTo(maxTimeMs);
  }

  /** Forgets a row's times. */
  clear(row: number): void {
    if (this.durationsMs[row] === IS_FAR) this.far.delete(row);
    this.durationsMs[row] = IS_FAR;
  }

  /**
   * Counts from around `timeMs` on, when that has come near the end of what eight bytes hold: once in twelve days. Takes a few
   * milliseconds for a million rows.
   */
  moveTo(timeMs: number): void {
    const before = this.baseMs;
    if (Number.isNaN(before) || Math.abs(timeMs - before - HALF_RANGE_MS) < HALF_RANGE_MS / 2) return;
    const { lastTimes, durationsMs, lastRow } = this;
    const farBefore = [...this.far];
    this.far.clear();
    this.baseMs = timeMs - HALF_RANGE_MS;
    for (let row = 1; row <= lastRow; row++) {
      const durationMs = durationsMs[row];
      if (durationMs !== IS_FAR) this.place(row, before + lastTimes[row] - durationMs, before + lastTimes[row]);
    }
    for (const [row, { minTimeMs, maxTimeMs }] of farBefore) this.place(row, minTimeMs, maxTimeMs);
  }

  /** Makes room for rows up to before `capacity`. */
  grow(capacity: number): void {
    this.lastTimes = grownColumn(this.lastTimes, capacity);
    this.durationsMs = grownColumn(this.durationsMs, capacity);
  }

  private place(row: number, minTimeMs: number, maxTimeMs: number): void {
    const lastTime = maxTimeMs - this.baseMs;
    const durationMs = maxTimeMs - minTimeMs;
    if (lastTime >= 0 && lastTime <= MOST && durationMs >= 0 && durationMs <= MOST) {
      this.lastTimes[row] = lastTime;
      this.durationsMs[row] = durationMs;
      return;
    }
    this.durationsMs[row] = IS_FAR;
    this.far.set(row, { minTimeMs, maxTimeMs });
  }

  private farTimes(row: number): { readonly minTimeMs: number; readonly maxTimeMs: number } {
    const times = this.far.get(row);
    if (times === undefined) throw new Error(`BUG: the times of chunk ${row} are nowhere`);
    return times;
  }
}
