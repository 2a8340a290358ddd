import { LARGEST_SLAB_BYTES, SlabAllocator } from "@ferula/chunks";
import { MAXIMUM_BYTES, type SharedMemory } from "@ferula/kernels";
import { PromError, type Labels, type SampleBatch } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import { createSymbolReader, type SymbolReader } from "../read/symbol-reader.ts";
import { ChunkTable } from "./chunk-table.ts";
import { emptyOutcome, FloatCheck, type StoredOutcome } from "./float-check.ts";
import { type ChunkRules, FloatChunks } from "./float-chunks.ts";
import { HeadCounters } from "./head-counters.ts";
import { HeadTimes } from "./head-times.ts";
import { LabelIndex } from "./label-index.ts";
import { LabelSets } from "./label-sets.ts";
import { NewSeries } from "./new-series.ts";
import { SeriesTable } from "./series-table.ts";
import { SymbolTable, type Symbol32 } from "./symbol-table.ts";
import { STORED } from "./verdicts.ts";

/** Where accepted samples are logged before they become visible. Throws when it can't be done; then nothing was logged. */
export interface HeadLog {
  /** Rows with the verdict `STORED` are samples to log; the series `newSeries[0…newSeriesCount - 1]` have no record yet. */
  readonly log: (head: Head, batch: SampleBatch, verdicts: Uint8Array, newSeries: Uint32Array, newSeriesCount: number) => void;
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
  readonly floats: FloatChunks;
  readonly series: SeriesTable = new SeriesTable();
  readonly chunks: ChunkTable = new ChunkTable();
  readonly counters: HeadCounters = new HeadCounters();
  readonly times: HeadTimes = new HeadTimes();
  /** See storage's `Appender`. */
  epoch = 0;
  /** Undefined while the log is replayed into the head. */
  headLog: HeadLog | undefined;

  /** The highest reference that the log has used. */
  private lastWalRef = 0;
  private readonly newSeries = new NewSeries();
  private readonly floatCheck: FloatCheck = new FloatCheck(this.series);
  private pairs: Uint32Array = new Uint32Array(64);

  constructor(shared: SharedMemory, options: ChunkRules) {
    this.shared = shared;
    this.options = options;
    this.symbols = new SymbolTable(shared);
    this.symbolReader = createSymbolReader(shared);
    this.labelSets = new LabelSets(shared);
    this.labelIndex = new LabelIndex(shared);
    this.slabAllocator = new SlabAllocator(shared);
    const { slabAllocator, series, chunks, counters, times } = this;
    this.floats = new FloatChunks({ shared, slabAllocator, series, chunks, counters, times, rules: options });
  }

  /** References run from 1 to this number. */
  get seriesCount(): number {
    return this.series.count;
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
    return this.floats.openCount + this.chunks.count;
  }

  /** The reference of the series with these labels, made when it is new; its record is logged with the next batch. */
  seriesRef(labels: Labels): SeriesRef {
    const pairs = this.pairRoom(labels.length);
    for (let i = 0; i < labels.length; i++) pairs[i] = this.symbols.intern(labels[i]);
    return this.refOfPairs(pairs, labels.length >>> 1);
  }

  /** The reference of the series with the interned pairs in `pairs`, made when it is new. `walRef` is the log's own, when it has one. */
  refOfPairs(pairs: Uint32Array, pairCount: number, walRef?: number): SeriesRef {
    const found = this.labelSets.find(pairs, pairCount);
    if (found !== 0) return found;
    if (!this.hasRoom(0)) throw this.memoryError("another series");
    this.lastWalRef = Math.max(this.lastWalRef + (walRef === undefined ? 1 : 0), walRef ?? 0);
    const ref = this.series.add(walRef ?? this.lastWalRef);
    this.floats.encoder.ensureSlots(ref + 1);
    this.labelSets.add(ref, pairs, pairCount);
    for (let i = 0; i < 2 * pairCount; i += 2) this.labelIndex.add(pairs[i], pairs[i + 1], ref);
    if (walRef === undefined) this.newSeries.push(ref);
    this.counters.seriesCreated++;
    return ref;
  }

  /** See storage's `Appender`. */
  isLive(ref: SeriesRef): boolean {
    return ref > 0 && ref <= this.series.count;
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
  append(batch: SampleBatch): StoredOutcome {
    const { floatCheck, newSeries } = this;
    const outcome = emptyOutcome();
    floatCheck.check(batch, this.oldestValidMs(batch), outcome);
    if (outcome.stored > 0 || newSeries.count > 0) {
      try {
        this.ensureRoomFor(batch, outcome.stored);
        this.headLog?.log(this, batch, floatCheck.verdicts, newSeries.refs, newSeries.count);
      } catch (error) {
        floatCheck.takeBack(batch);
        throw error;
      }
      newSeries.clear();
    }
    this.floats.encode(batch, floatCheck);
    this.counters.count(outcome);
    return outcome;
  }

  /** Logs series that were made and had no sample yet. */
  flushNewSeries(): void {
    const { newSeries } = this;
    if (newSeries.count === 0 || this.headLog === undefined) return;
    this.headLog.log(this, EMPTY_BATCH, this.floatCheck.verdicts, newSeries.refs, newSeries.count);
    newSeries.clear();
  }

  /** Samples before this time are out of bounds. The first sample ever sets the head's time. */
  private oldestValidMs(batch: SampleBatch): number {
    if (this.headLog === undefined || batch.length === 0) return -Infinity;
    const newestMs = this.times.newestMs === -Infinity ? batch.timestampsMs[0] : this.times.newestMs;
    return newestMs - this.options.chunkRangeMs / 2;
  }

  /**
   * Throws PromError when there may not be room for what the check loop accepted. It is asked before the log has the batch, because after
   * that encoding it must not fail.
   */
  private ensureRoomFor(batch: SampleBatch, stored: number): void {
    // Fast path: there is room even if every sample needed a slab of the largest class.
    if (this.hasRoom(stored * LARGEST_SLAB_BYTES)) return;
    let neededBytes = 0;
    for (let row = 0; row < batch.length; row++) {
      if (this.floatCheck.verdicts[row] === STORED) neededBytes += this.floats.encoder.mostGrowthBytes(batch.refs[row]);
    }
    if (!this.hasRoom(neededBytes)) throw this.memoryError(`${stored} samples`);
  }

  private hasRoom(neededBytes: number): boolean {
    return this.shared.usedBytes + neededBytes * (1 + PAGE_LOSS) + SPARE_BYTES <= MAXIMUM_BYTES;
  }

  private memoryError(what: string): PromError {
    return new PromError("internal", `cannot take ${what}: ${this.shared.usedBytes} of ${MAXIMUM_BYTES} bytes of shared memory are in use`);
  }
}

/** A page for each size class of slabs, and the largest list of postings twice as long. */
const SPARE_BYTES = 32 << 20;

/** What is left at the end of a page of slabs is less than the largest of them: 2 KiB of 64. */
const PAGE_LOSS = 1 / 32;

const EMPTY_BATCH: SampleBatch = {
  length: 0,
  refs: new Uint32Array(0),
  timestampsMs: new Float64Array(0),
  values: new Float64Array(0),
  valueBits: new Uint32Array(0),
};
