import { createTimeSlice, type TimeSlice } from "@ferula/lifecycle";
import { DeadSeries } from "./dead-series.ts";
import { type EndedSeries, unlistSeries } from "./unlist-series.ts";
import type { Head } from "./head.ts";
import { isStaleBits } from "./histograms/newest-kind.ts";
import { DEAD, LIVE } from "./series-table.ts";
import { Uint32List } from "./uint32-list.ts";

/** What a collection did. */
export interface Collected {
  readonly removedSeries: number;
  readonly removedChunks: number;
  /** With the time in which others had their turn. */
  readonly seconds: number;
}

/** The event loop is given a turn after this long. */
const SLICE_MS = 5;

/** So many series are looked at before the clock is read. */
const SERIES_A_STEP = 256;

/** So many may end before that: they are told of together, so that the log gets one record of them. */
const ENDINGS_A_STEP = 2000;

/** Without a log no segment tells of a series. */
const NO_SEGMENT = -1;

/**
 * Ends series of a head and gives back what they took. Works in slices, between which the head goes on: first it finds who is to end; these
 * then end, many in one turn, from which on nobody finds them, and all are taken out of the tables afterwards.
 *
 * What died in one collection is used again in the next at the earliest, see `DeadSeries`.
 */
export class Collector {
  private readonly head: Head;
  private readonly newSeries: Uint32List;
  private readonly dead: DeadSeries;
  private turn: Promise<unknown> = Promise.resolve();

  /** `newSeries` are those that have no record in the log yet. */
  constructor(head: Head, newSeries: Uint32List) {
    this.head = head;
    this.newSeries = newSeries;
    this.dead = new DeadSeries(head);
  }

  /** See `Head.truncateBefore`. Collections follow each other. */
  truncateBefore(timeMs: number): Promise<Collected> {
    return this.inTurn((slice) => this.truncate(timeMs, slice));
  }

  /** See `Head.dropStaleSeries`. */
  dropStaleSeries(refs: Uint32Array, newestMs: Float64Array, onEnding?: (refs: Uint32Array) => void): Promise<Collected> {
    const { series, outOfOrder } = this.head;
    return this.inTurn(async (slice) => {
      const isOver = (ref: number, i: number): boolean => {
        const newest = series.lastTimestampsMs[ref];
        if (newest !== newestMs[i] || outOfOrder.hasData(ref)) return false;
        return newest === -Infinity || isStaleBits(series.lastBits[2 * ref], series.lastBits[2 * ref + 1]);
      };
      const ended = await this.endSeries(refs, isOver, slice, onEnding);
      for (let i = 0; i < ended.refs.length; i++) {
        this.dropChunks(ended.refs[i], Infinity);
        if (i % SERIES_A_STEP === 0 && slice.isSpent()) await slice.yield();
      }
      return ended;
    });
  }

  private inTurn(collect: (slice: TimeSlice) => Promise<EndedSeries>): Promise<Collected> {
    const collected = this.turn.then(() => this.head.slicedReads.ended()).then(() => this.run(collect));
    this.turn = collected.catch(() => undefined);
    return collected;
  }

  private async run(collect: (slice: TimeSlice) => Promise<EndedSeries>): Promise<Collected> {
    const { head } = this;
    const { counters } = head;
    const startMs = performance.now();
    const chunksBefore = counters.chunksRemoved;
    const slice = createTimeSlice(SLICE_MS);
    const ended = await collect(slice);
    this.forgetAliases();
    const { length } = ended.refs;
    // Selects of now on don't find them.
    const pin = head.slabAllocator.newestPin;
    // What died before is let go of only now: the epoch has risen since.
    if (this.dead.isRecyclable) {
      if (length === 0) head.epoch++;
      await this.dead.recycle(slice);
    }
    if (length > 0) {
      await unlistSeries(head, ended, slice);
      head.hasDeadPostings = false;
    }
    await head.loggedSeries.index(head.headLog?.currentSegment ?? NO_SEGMENT, slice);
    const symbols = head.symbols.takeReleased();
    if (length + symbols.length > 0) this.dead.add({ refs: ended.refs, symbols, pin });
    const seconds = (performance.now() - startMs) / 1000;
    counters.seriesRemoved += length;
    counters.collections++;
    counters.collectionSeconds += seconds;
    if (ended.failure !== undefined) throw ended.failure.error;
    return { removedSeries: length, removedChunks: counters.chunksRemoved - chunksBefore, seconds };
  }

  /** Those of series that ended, whose references others get, and those by which no sample goes any more. */
  private forgetAliases(): void {
    const { loggedSeries, outOfOrder, series, times } = this.head;
    const { aliases } = loggedSeries;
    if (aliases.count === 0) return;
    const mayHaveChunks = aliases.newestMs >= times.leastValidMs;
    aliases.keepOnly((ref) => series.states[ref] === LIVE && (mayHaveChunks || outOfOrder.hasData(ref)));
  }

  private async truncate(timeMs: number, slice: TimeSlice): Promise<EndedSeries> {
    const { head } = this;
    const { series, times } = head;
    times.leastValidMs = Math.max(times.leastValidMs, timeMs);
    head.loggedSeries.truncateBefore(timeMs, head.headLog?.currentSegment ?? Infinity, times.newestMs);
    head.chunks.moveTimesTo(times.newestMs);
    // What is appended from now on is not older than this, nor is the head's time ever said to be later (tsdb/head.go `truncateMemory`).
    const leastNewMs = times.newestMs - head.options.chunkRangeMs / 2;
    const empty = new Uint32List();
    let oldestMs = Infinity;
    for (let ref = 1; ref <= series.count; ref++) {
      if (ref % SERIES_A_STEP === 0 && slice.isSpent()) await slice.yield();
      if (series.states[ref] !== LIVE) continue;
      this.dropChunks(ref, timeMs);
      if (this.hasSamples(ref)) oldestMs = Math.min(oldestMs, head.oldestTimeMs(ref));
      else empty.push(ref);
    }
    if (times.oldestMs < Infinity) times.oldestMs = Math.max(timeMs, Math.min(oldestMs, leastNewMs));
    return await this.endSeries(empty.view(), (ref) => !this.hasSamples(ref), slice);
  }

  /** Drops the chunks of a series that end before `timeMs`. */
  private dropChunks(ref: number, timeMs: number): void {
    const { finished, floats, histograms, series } = this.head;
    if (series.newestChunks[ref] !== 0) finished.dropChunksBefore(ref, timeMs);
    // The newest sample of a series that died is not known any more.
    if (series.states[ref] === LIVE && series.lastTimestampsMs[ref] >= timeMs) return;
    floats.drop(ref);
    histograms.drop(ref);
  }

  private hasSamples(ref: number): boolean {
    const { floats, histograms, outOfOrder, series } = this.head;
    return series.newestChunks[ref] !== 0 || floats.encoder.slabs[ref] !== 0 || histograms.hasOpenChunk(ref) || outOfOrder.hasData(ref);
  }

  /**
   * Ends those of `refs`, which ascend, that are live, known to the log, and `isOver`; and returns them. `onEnding` is told of some at a time,
   * in the turn in which they end. When it throws, neither these nor those behind them end.
   */
  private async endSeries(
    refs: Uint32Array,
    isOver: (ref: number, i: number) => boolean,
    slice: TimeSlice,
    onEnding?: (refs: Uint32Array) => void,
  ): Promise<EndedSeries> {
    const ended = new Uint32List();
    let newestMs = -Infinity;
    for (let start = 0; start < refs.length; start += ENDINGS_A_STEP) {
      if (slice.isSpent()) await slice.yield();
      const ending = this.endingOf(refs, start, Math.min(start + ENDINGS_A_STEP, refs.length), isOver);
      if (ending.length === 0) continue;
      try {
        onEnding?.(ending);
      } catch (error) {
        return { refs: ended.view(), newestMs, failure: { error } };
      }
      newestMs = Math.max(newestMs, this.kill(ending));
      for (let i = 0; i < ending.length; i++) ended.push(ending[i]);
    }
    return { refs: ended.view(), newestMs };
  }

  private endingOf(refs: Uint32Array, start: number, end: number, isOver: (ref: number, i: number) => boolean): Uint32Array {
    const { states } = this.head.series;
    const pending = this.newSeries.view();
    const ending = new Uint32List();
    // No series that waits for its record is to end: its samples come with it.
    for (let i = 0; i < pending.length; i++) states[pending[i]] = DEAD;
    for (let i = start; i < end; i++) if (states[refs[i]] === LIVE && isOver(refs[i], i)) ending.push(refs[i]);
    for (let i = 0; i < pending.length; i++) states[pending[i]] = LIVE;
    return ending.view();
  }

  /** Returns the time of the newest sample of all of them. */
  private kill(ending: Uint32Array): number {
    const { head } = this;
    const { series } = head;
    let newestMs = -Infinity;
    for (let i = 0; i < ending.length; i++) {
      newestMs = Math.max(newestMs, series.lastTimestampsMs[ending[i]]);
      series.kill(ending[i]);
    }
    head.epoch++;
    head.hasDeadPostings = true;
    return newestMs;
  }
}
