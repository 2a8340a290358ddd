import { PagePool, SlabAllocator } from "@ferula/chunks";
import type { SharedMemory } from "@ferula/kernels";
import type { HistogramRow, Labels, SampleBatch } from "@ferula/model";
import type { RejectionListener, SeriesRef } from "@ferula/storage";
import { ExemplarStore } from "../exemplars/exemplar-store.ts";
import { SeriesMetadata } from "../metadata/series-metadata.ts";
import { createSymbolReader, type SymbolReader } from "../read/symbol-reader.ts";
import type { AppendLimits } from "./append-limits.ts";
import { ChunkTable } from "./chunk-table.ts";
import { type Collected, Collector } from "./collector.ts";
import { emptyOutcome, FloatCheck, type StoredOutcome, sumOfOutcomes } from "./float-check.ts";
import { FinishedChunks } from "./finished-chunks.ts";
import { type ChunkRules, FloatChunks } from "./float-chunks.ts";
import { HeadCounters } from "./head-counters.ts";
import { HeadTimes } from "./head-times.ts";
import { encodeHistograms } from "./histograms/encode-histograms.ts";
import { HistogramCheck, histogramsOf } from "./histograms/histogram-check.ts";
import { HistogramChunks } from "./histograms/histogram-chunks.ts";
import { LabelIndex } from "./label-index.ts";
import { LabelSets } from "./label-sets.ts";
import { MemoryRoom } from "./memory-room.ts";
import { OutOfOrder } from "./out-of-order/out-of-order.ts";
import { LoggedSeries } from "./logged-series.ts";
import { LIVE, SeriesTable } from "./series-table.ts";
import { countStale, staleRefs } from "./stale-series.ts";
import { SlicedReads } from "./sliced-reads.ts";
import { SymbolTable, type Symbol32 } from "./symbol-table.ts";
import { HeadTombstones } from "./tombstones.ts";
import { tellRejected } from "./tell-rejected.ts";
import { Uint32List } from "./uint32-list.ts";
import { withZeros } from "./zero-samples.ts";

/** Series that were made are logged with the next batch, or as soon as they are so many: a millisecond or two of writing. */
const MOST_UNLOGGED_SERIES = 1024;

/** What is logged of a batch. */
export interface LogEntries {
  readonly batch: SampleBatch;
  /** Rows with the verdict `STORED` are samples to log. */
  readonly verdicts: Uint8Array;
  /** All of them are to be logged. */
  readonly histograms: readonly HistogramRow[];
  /** The first `newSeriesCount` of them are series that have no record yet. */
  readonly newSeries: Uint32Array;
  readonly newSeriesCount: number;
}

/** Where accepted samples are logged before they become visible. Throws when it can't be done; then nothing was logged. */
export interface HeadLog {
  readonly log: (head: Head, entries: LogEntries) => void;
  /** The number of the segment that is written to. */
  readonly currentSegment?: number;
}

/**
 * The newest samples of all series, in memory: labels and their index, one open chunk a series, and the chunks before it.
 *
 * `append` is the one way in. It checks all rows, logs those that pass in one write, and only then encodes them, so a batch is visible
 * whole or not at all. Nothing here waits.
 */
export class Head {
  readonly shared: SharedMemory;
  readonly options: ChunkRules;
  readonly symbols: SymbolTable;
  readonly symbolReader: SymbolReader;
  readonly labelSets: LabelSets;
  readonly labelIndex: LabelIndex;
  readonly slabAllocator: SlabAllocator;
  readonly finished: FinishedChunks;
  readonly outOfOrder: OutOfOrder;
  readonly floats: FloatChunks;
  readonly histograms: HistogramChunks;
  readonly series: SeriesTable = new SeriesTable();
  readonly chunks: ChunkTable = new ChunkTable();
  readonly counters: HeadCounters = new HeadCounters();
  readonly times: HeadTimes = new HeadTimes();
  readonly loggedSeries: LoggedSeries = new LoggedSeries(this.series);
  readonly exemplars: ExemplarStore = new ExemplarStore(this);
  readonly metadata: SeriesMetadata = new SeriesMetadata(this);
  readonly tombstones: HeadTombstones = new HeadTombstones();
  readonly slicedReads: SlicedReads = new SlicedReads();
  /** See storage's `Appender`. */
  epoch = 0;
  /** Whether postings may name series that died: who reads them leaves these out. */
  hasDeadPostings = false;
  /** See `HeadSelection.symbolGeneration`. */
  symbolGeneration = 0;
  /** Undefined while the log is replayed into the head. */
  headLog: HeadLog | undefined;
  /** The highest reference that the log has used; only the head itself sets it. */
  lastWalRef = 0;

  private readonly newSeries = new Uint32List();
  private readonly collector = new Collector(this, this.newSeries);
  private readonly floatCheck: FloatCheck = new FloatCheck(this.series);
  private readonly histogramCheck: HistogramCheck;
  private readonly room: MemoryRoom;
  private pairs: Uint32Array = new Uint32Array(64);

  constructor(shared: SharedMemory, options: ChunkRules) {
    this.shared = shared;
    this.options = options;
    const pages = new PagePool(shared);
    this.symbols = new SymbolTable(shared, pages);
    this.symbolReader = createSymbolReader(shared);
    this.labelSets = new LabelSets(shared, pages, this.series);
    this.labelIndex = new LabelIndex(shared, pages, this.symbols);
    this.slabAllocator = new SlabAllocator(shared, pages);
    const { slabAllocator, series, chunks, counters, times, labelSets, labelIndex } = this;
    const finished = new FinishedChunks({ shared, slabAllocator, series, chunks, counters, times });
    this.finished = finished;
    this.outOfOrder = new OutOfOrder({ series, counters, finished, rules: options });
    this.histograms = new HistogramChunks({
      series,
      counters,
      times,
      rules: options,
      onFinished: (ref, chunk) => finished.add(ref, chunk),
    });
    this.histogramCheck = new HistogramCheck(series, this.histograms);
    this.floats = new FloatChunks({
      shared,
      slabAllocator,
      series,
      finished,
      histograms: this.histograms,
      counters,
      times,
      rules: options,
    });
    this.room = new MemoryRoom({ shared, pages, slabAllocator, series, floats: this.floats, labelSets, labelIndex });
  }

  /** References run from 1 to this number; not all of them are live. */
  get seriesCount(): number {
    return this.series.count;
  }

  /** How many series there are. */
  get liveSeriesCount(): number {
    return this.series.liveCount;
  }

  /** How many of them have a stale marker as their newest sample. Takes a millisecond or two for a million series. */
  get staleSeriesCount(): number {
    return countStale(this.series);
  }

  /** The time of the oldest sample; Infinity when there is none. */
  get minTimeMs(): number {
    return this.times.oldestMs;
  }

  /** The time of the newest sample; -Infinity when there is none. */
  get maxTimeMs(): number {
    return this.times.newestMs;
  }

  /** All chunks, open and finished. */
  get chunkCount(): number {
    return this.floats.openCount + this.histograms.openCount + this.chunks.count + this.outOfOrder.store.chunkCount;
  }

  /**
   * The reference of the series with these labels, made when it is new; its record is logged with the next batch, or before. Throws PromError
   * where there is no room for it, or where series that are due can't be logged: those are there, and are logged later.
   */
  seriesRef(labels: Labels): SeriesRef {
    const pairs = this.pairRoom(labels.length);
    for (let i = 0; i < labels.length; i++) pairs[i] = this.symbols.intern(labels[i]);
    return this.refOfPairs(pairs, labels.length >>> 1);
  }

  /**
   * The reference of the series with the interned pairs in `pairs`, made when it is new. It is `walRef` then that the log calls it, when that
   * has a name for it already.
   */
  refOfPairs(pairs: Uint32Array, pairCount: number, walRef?: number): SeriesRef {
    const found = this.labelSets.find(pairs, pairCount);
    if (found !== 0) return found;
    if (!this.room.hasRoomForSeries(pairs, pairCount)) {
      for (let i = 0; i < 2 * pairCount; i++) this.symbols.dropUnused(pairs[i]);
      throw this.room.error("another series");
    }
    this.lastWalRef = Math.max(this.lastWalRef + (walRef === undefined ? 1 : 0), walRef ?? 0);
    const ref = this.series.add(walRef ?? this.lastWalRef, this.epoch);
    this.floats.encoder.ensureSlots(ref + 1);
    this.labelSets.add(ref, pairs, pairCount);
    for (let i = 0; i < 2 * pairCount; i += 2) this.labelIndex.add(pairs[i], pairs[i + 1], ref);
    this.counters.seriesCreated++;
    this.slicedReads.born(ref);
    if (walRef === undefined) {
      this.newSeries.push(ref);
      // Who makes many in slices must not have all of them logged by the one call that appends to them.
      if (this.newSeries.count >= MOST_UNLOGGED_SERIES) this.flushNewSeries();
    }
    return ref;
  }

  /**
   * The log names a series by its newest reference from now on: the record of an older one may be in a memory snapshot alone, or go with the
   * next checkpoint.
   */
  renewWalRef(ref: SeriesRef, walRef: number): void {
    const { walRefs } = this.series;
    if (walRefs[ref] === walRef) return;
    this.loggedSeries.addAlias(walRefs[ref], ref);
    walRefs[ref] = walRef;
  }

  /** See storage's `Appender`. */
  isLive(ref: SeriesRef, sinceEpoch: number = this.epoch): boolean {
    return this.series.states[ref] === LIVE && this.series.bornEpochs[ref] <= sinceEpoch;
  }

  /** The time of the series' oldest sample in order; Infinity when it has none. */
  oldestTimeMs(ref: SeriesRef): number {
    const { chunks, floats, histograms, series } = this;
    const slab = floats.encoder.slabs[ref];
    let oldestMs = slab === 0 ? (histograms.openChunk(ref)?.minTimeMs ?? Infinity) : floats.encoder.firstTimestampMs(slab);
    for (let chunk = series.newestChunks[ref]; chunk !== 0; chunk = chunks.older[chunk])
      oldestMs = Math.min(oldestMs, chunks.minTimeMs(chunk));
    return oldestMs;
  }

  /** The references of all series, ascending. */
  liveRefs(): Uint32Array {
    return this.series.liveRefs();
  }

  /** The references of those whose newest sample is a stale marker and that have none out of order, ascending. */
  staleRefs(): Uint32Array {
    return staleRefs(this.series, this.outOfOrder);
  }

  /**
   * Drops chunks that end before `timeMs`, whose samples are in blocks by then, and series that have no sample left. Samples before that time
   * are not taken any more. Works in slices; calls follow each other.
   */
  truncateBefore(timeMs: number): Promise<Collected> {
    return this.collector.truncateBefore(timeMs);
  }

  /**
   * Drops those of `refs`, which ascend, whose newest sample is still the stale marker at the time in `newestMs`, -Infinity for no sample at
   * all, and which have no samples out of order: all others were written to a block in vain. `onEnding` is told of them, some at a time, in
   * the turn in which these end; when it throws, neither these do nor those behind them. Works in slices.
   */
  dropStaleSeries(refs: Uint32Array, newestMs: Float64Array, onEnding?: (refs: Uint32Array) => void): Promise<Collected> {
    return this.collector.dropStaleSeries(refs, newestMs, onEnding);
  }

  /** Whether a checkpoint of the log up to `segment` must keep the record of a series, by the log's reference. */
  keepsWalRef(walRef: number, segment: number): boolean {
    return this.loggedSeries.keeps(walRef, segment);
  }

  /** Lets go of a selection. */
  release(pin: number): void {
    this.slabAllocator.release(pin);
  }

  /** Says that the log has used a reference, so that no new series gets it. */
  noteWalRef(walRef: number): void {
    this.lastWalRef = Math.max(this.lastWalRef, walRef);
  }

  /** Room for so many symbols; what is written to it goes to `refOfPairs` before anything else is asked of the head. */
  pairRoom(symbolCount: number): Uint32Array {
    if (this.pairs.length < symbolCount) this.pairs = new Uint32Array(symbolCount * 2);
    return this.pairs;
  }

  /** The symbol of the name and value of each label of a series, in order. */
  forEachPair(ref: SeriesRef, visit: (nameSymbol: Symbol32, valueSymbol: Symbol32) => void): void {
    const { u32 } = this.shared;
    const word = this.labelSets.address(ref) >>> 2;
    for (let i = word + 1, end = word + 1 + u32[word] * 2; i < end; i += 2) visit(u32[i], u32[i + 1]);
  }

  /** See storage's `Appender`. While replaying (no log), samples are taken however old they are. */
  append(batch: SampleBatch, onRejected?: RejectionListener): StoredOutcome {
    const limits = this.limits(batch);
    const isLive = this.headLog !== undefined;
    const zeros = this.options.storesZeros === true && isLive ? withZeros(batch, this.series, limits) : undefined;
    if (zeros === undefined) return this.appendAll(batch, limits, onRejected);
    const outcome = this.appendAll(zeros.batch, limits, onRejected === undefined ? undefined : zeros.listener(onRejected));
    return { ...outcome, appended: outcome.appended - zeros.zeroCount };
  }

  private appendAll(batch: SampleBatch, limits: AppendLimits, onRejected: RejectionListener | undefined): StoredOutcome {
    const { floatCheck, histogramCheck } = this;
    this.slicedReads.beforeAppend(batch);
    const floats = emptyOutcome();
    const histograms = emptyOutcome();
    floatCheck.check(batch, limits, floats);
    histogramCheck.check(histogramsOf(batch, floatCheck.staleHistogramRows, this.series.lastBits), limits, histograms);
    const outcome = sumOfOutcomes(floats, histograms);
    if (outcome.stored > 0 || outcome.late > 0 || this.newSeries.count > 0) this.logBatch(batch, floats.stored, outcome.late);
    if (onRejected !== undefined && hasRejected(outcome)) {
      tellRejected({ batch, floats: floatCheck, histograms: histogramCheck, series: this.series }, onRejected);
    }
    this.floats.encode(batch, floatCheck);
    encodeHistograms(histogramCheck, this.floats, this.histograms);
    if (outcome.late > 0) this.outOfOrder.insert();
    this.counters.count(floats, histograms);
    return outcome;
  }

  /** Logs what the checks accepted of a batch, and new series; where that fails, the checks are undone. */
  private logBatch(batch: SampleBatch, storedFloats: number, late: number): void {
    const { floatCheck, histogramCheck, newSeries } = this;
    try {
      this.room.ensureRoomFor(batch, floatCheck, storedFloats);
      const { verdicts } = floatCheck;
      if (late > 0) {
        // Their own log names series by references alone.
        this.flushNewSeries();
        this.outOfOrder.log(batch, verdicts, histogramCheck.late);
      }
      const { accepted: histograms } = histogramCheck;
      if (storedFloats > 0 || histograms.length > 0 || newSeries.count > 0) {
        this.headLog?.log(this, { batch, verdicts, histograms, newSeries: newSeries.items, newSeriesCount: newSeries.count });
      }
    } catch (error) {
      this.outOfOrder.takeBack();
      histogramCheck.takeBack();
      floatCheck.takeBack(batch);
      throw error;
    }
    newSeries.clear();
  }

  /** Logs series that were made and had no sample yet. Throws PromError when that can't be done. */
  flushNewSeries(): void {
    const { newSeries } = this;
    if (newSeries.count === 0 || this.headLog === undefined) return;
    const { verdicts } = this.floatCheck;
    this.headLog.log(this, { batch: EMPTY_BATCH, verdicts, histograms: [], newSeries: newSeries.items, newSeriesCount: newSeries.count });
    newSeries.clear();
  }

  /** The first sample ever sets the head's time. */
  private limits(batch: SampleBatch): AppendLimits {
    const { newestMs, leastValidMs } = this.times;
    const firstMs = batch.length > 0 ? batch.timestampsMs[0] : batch.histograms?.[0]?.timestampMs;
    if (this.headLog === undefined || firstMs === undefined)
      return { oldestMs: leastValidMs, headNewestMs: newestMs, windowMs: 0, deltas: this.counters.lateDeltas };
    const headNewestMs = newestMs === -Infinity ? firstMs : newestMs;
    const oldestMs = Math.max(headNewestMs - this.options.chunkRangeMs / 2, leastValidMs);
    const windowMs = batch.inOrderOnly === true ? 0 : this.outOfOrder.windowMs;
    return { oldestMs, headNewestMs, windowMs, deltas: this.counters.lateDeltas };
  }
}

function hasRejected({ outOfOrder, duplicate, outOfBounds, tooOld, invalid }: StoredOutcome): boolean {
  return outOfOrder + duplicate + outOfBounds + tooOld + invalid > 0;
}

const EMPTY_BATCH: SampleBatch = {
  length: 0,
  refs: new Uint32Array(0),
  timestampsMs: new Float64Array(0),
  values: new Float64Array(0),
  valueBits: new Uint32Array(0),
};
