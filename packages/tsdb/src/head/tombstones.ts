import { createTimeSlice } from "@ferula/lifecycle";
import { addInterval, type Interval } from "../block/intervals.ts";
import { grown } from "./grown.ts";
import type { Head } from "./head.ts";

/** A list of intervals that ascend and don't touch, and how many series have it. */
interface SharedList {
  readonly key: string;
  readonly intervals: readonly Interval[];
  users: number;
}

/** The event loop is given a turn after this long. */
const SLICE_MS = 5;

/** So many series are looked at before the clock is read. */
const SERIES_A_STEP = 1024;

/**
 * Forgets what was deleted where the head has no samples any more: what comes there later is out of order, and not deleted. Works in slices.
 */
export async function forgetOldTombstones({ tombstones, times, outOfOrder }: Head): Promise<void> {
  await tombstones.truncateBefore(Math.min(times.leastValidMs, outOfOrder.minTimeMs));
}

/**
 * What was deleted of the series of the head. Whoever deletes, deletes of many series at once, and most of them have the same newest time: so
 * equal lists are kept once, and a series has the number of its own.
 */
export class HeadTombstones {
  /** How many series have something deleted. */
  seriesCount = 0;
  /** By the series' reference the number of its list; 0 is nothing. Empty as long as nothing was ever deleted. */
  private listOf: Uint32Array = new Uint32Array(0);
  private readonly lists: (SharedList | undefined)[] = [undefined];
  private readonly numbers = new Map<string, number>();
  /** Numbers that are to be used again. */
  private readonly free: number[] = [];

  /** What was deleted of a series, ascending; undefined when nothing was. */
  of(ref: number): readonly Interval[] | undefined {
    return ref < this.listOf.length ? this.lists[this.listOf[ref]]?.intervals : undefined;
  }

  /** Deletes an interval of a series. */
  add(ref: number, interval: Interval): void {
    const intervals = [...(this.of(ref) ?? [])];
    addInterval(intervals, interval);
    this.set(ref, intervals);
  }

  /** Forgets a series. */
  drop(ref: number): void {
    if (this.of(ref) !== undefined) this.set(ref, []);
  }

  /** Forgets what ends before `timeMs`, as no sample is left there. Works in slices. */
  async truncateBefore(timeMs: number): Promise<void> {
    const slice = createTimeSlice(SLICE_MS);
    for (let ref = 0; ref < this.listOf.length && this.seriesCount > 0; ref++) {
      if (ref % SERIES_A_STEP === 0 && slice.isSpent()) await slice.yield();
      const intervals = this.of(ref);
      if (intervals === undefined || intervals[0].maxTimeMs >= timeMs) continue;
      this.set(
        ref,
        intervals.filter(({ maxTimeMs }) => maxTimeMs >= timeMs),
      );
    }
  }

  private set(ref: number, intervals: readonly Interval[]): void {
    if (ref >= this.listOf.length) this.listOf = grown(this.listOf, new Uint32Array(Math.max(1024, 2 * ref)));
    const before = this.listOf[ref];
    this.listOf[ref] = this.numberOf(intervals);
    this.letGo(before);
    this.seriesCount += (this.listOf[ref] === 0 ? 0 : 1) - (before === 0 ? 0 : 1);
  }

  private numberOf(intervals: readonly Interval[]): number {
    if (intervals.length === 0) return 0;
    const key = intervals.map(({ minTimeMs, maxTimeMs }) => `${minTimeMs} ${maxTimeMs}`).join();
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.free.pop() ?? this.lists.length;
      this.numbers.set(key, number);
      this.lists[number] = { key, intervals, users: 0 };
    }
    const list = this.lists[number];
    if (list !== undefined) list.users++;
    return number;
  }

  private letGo(number: number): void {
    const list = this.lists[number];
    if (list === undefined || --list.users > 0) return;
    this.numbers.delete(list.key);
    this.lists[number] = undefined;
    this.free.push(number);
  }
}
