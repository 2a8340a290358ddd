import { LARGEST_SLAB_BYTES, SlabAllocator, XorEncoder } from "@ferula/chunks";
import { MAXIMUM_BYTES, type SharedMemory } from "@ferula/kernels";
import { PromError, type Labels, type SampleBatch } from "@ferula/model";
import type { AppendOutcome, SeriesRef } from "@ferula/storage";
import { createSymbolReader, type SymbolReader } from "../read/symbol-reader.ts";
import { MOST_CHUNK_BYTES_BEFORE_APPEND, predictedEndMs, rangeEndMs } from "./chunk-cut.ts";
import { LabelIndex } from "./label-index.ts";
import { LabelSets } from "./label-sets.ts";
import { ChunkTable, SeriesTable } from "./series-table.ts";
import { SymbolTable, type Symbol32 } from "./symbol-table.ts";
import { HeadCounters } from "./head-counters.ts";
import { REJECTED, REPEATED, STORED } from "./verdicts.ts";

/** Where accepted samples are logged before they become visible. Throws when it can't be done; then nothing was logged. */
export interface HeadLog {
  /** Rows with the verdict `STORED` are samples to log; the series `newSeries[0…newSeriesCount - 1]` have no record yet. */
  readonly log: (head: Head, batch: SampleBatch, verdicts: Uint8Array, newSeries: Uint32Array, newSeriesCount: number) => void;
}

/** The rules of chunks, see `TsdbOptions`. */
export interface HeadOptions {
  readonly chunkRangeMs: number;
  readonly samplesPerChunk: number;
}

/**
 * The newest samples of all series, in memory: labels and their index, one open chunk a series, and the chunks before it.
 *
 * `append` is the one way in. It checks all rows, logs those that pass in one write, and only then encodes them, so a batch is visible
 * whole or not at all. Nothing here waits.
 */
export class Head {
  readonly shared: SharedMemory;
  readonly options: HeadOptions;
  readonly symbols: SymbolTable;
  readonly symbolReader: SymbolReader;
  readonly labelSets: LabelSets;
  readonly labelIndex: LabelIndex;
  readonly slabAllocator: SlabAllocator;
  readonly encoder: XorEncoder;
  readonly series: SeriesTable = new SeriesTable();
  readonly chunks: ChunkTable = new ChunkTable();
  readonly counters: HeadCounters = new HeadCounters();
  /** Undefined while the log is replayed into the head. */
  headLog: HeadLog | undefined;

  private oldestMs = Infinity;
  private newestMs = -Infinity;
  private openCount = 0;
  /** The highest reference that the log has used. */
  private lastWalRef = 0;
  private newSeries: Uint32Array = new Uint32Array(64);
  private newSeriesCount = 0;
  private pairs: Uint32Array = new Uint32Array(64);
  private verdicts: Uint8Array = new Uint8Array(0);
  private previousTimestampsMs: Float64Array = new Float64Array(0);
  private previousBits: Uint32Array = new Uint32Array(0);

  constructor(shared: SharedMemory, options: HeadOptions) {
    this.shared = shared;
    this.options = options;
    this.symbols = new SymbolTable(shared);
    this.symbolReader = createSymbolReader(shared);
    this.labelSets = new LabelSets(shared);
    this.labelIndex = new LabelIndex(shared);
    this.slabAllocator = new SlabAllocator(shared);
    this.encoder = new XorEncoder(shared, this.slabAllocator);
  }

  /** References run from 1 to this number. */
  get seriesCount(): number {
    return this.series.count;
  }

  /** The time of the oldest sample; Infinity when there is none. */
  get minTimeMs(): number {
    return this.oldestMs;
  }

  /** The time of the newest sample; -Infinity when there is none. */
  get maxTimeMs(): number {
    return this.newestMs;
  }

  /** All chunks, open and finished. */
  get chunkCount(): number {
    return this.openCount + this.chunks.count;
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
    this.encoder.ensureSlots(ref + 1);
    this.labelSets.add(ref, pairs, pairCount);
    for (let i = 0; i < 2 * pairCount; i += 2) this.labelIndex.add(pairs[i], pairs[i + 1], ref);
    if (walRef === undefined) this.rememberNew(ref);
    this.counters.seriesCreated++;
    return ref;
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
    this.makeRoom(batch.length);
    const { newSeriesCount } = this;
    const outcome = this.check(batch);
    if (outcome.stored > 0 || newSeriesCount > 0) {
      try {
        this.ensureRoomFor(batch, outcome.stored);
        this.headLog?.log(this, batch, this.verdicts, this.newSeries, newSeriesCount);
      } catch (error) {
        this.takeBack(batch);
        throw error;
      }
      this.newSeriesCount = 0;
    }
    this.encode(batch);
    this.counters.count(outcome);
    return outcome;
  }

  /** Logs series that were made and had no sample yet. */
  flushNewSeries(): void {
    if (this.newSeriesCount === 0 || this.headLog === undefined) return;
    this.headLog.log(this, EMPTY_BATCH, this.verdicts, this.newSeries, this.newSeriesCount);
    this.newSeriesCount = 0;
  }

  private rememberNew(ref: SeriesRef): void {
    if (this.newSeriesCount === this.newSeries.length) {
      const newSeries = new Uint32Array(this.newSeries.length * 2);
      newSeries.set(this.newSeries);
      this.newSeries = newSeries;
    }
    this.newSeries[this.newSeriesCount++] = ref;
  }

  private check(batch: SampleBatch): StoredOutcome {
    const outcome = { appended: 0, stored: 0, outOfOrder: 0, duplicate: 0, outOfBounds: 0 };
    for (let row = 0; row < batch.length; row += SLICE_ROWS) {
      this.checkRows(batch, row, Math.min(row + SLICE_ROWS, batch.length), outcome);
    }
    return outcome;
  }

  /**
   * The check loop. An accepted row becomes its series' newest sample at once, so that later rows of the batch are checked against it;
   * what it replaced stays beside the row, where the encoder reads it and `takeBack` finds it.
   */
  private checkRows(batch: SampleBatch, start: number, end: number, outcome: Mutable<StoredOutcome>): void {
    const { refs, timestampsMs, valueBits } = batch;
    const { lastTimestampsMs, lastBits, count: seriesCount } = this.series;
    const { verdicts, previousTimestampsMs, previousBits } = this;
    const oldestMs = this.oldestValidMs(batch);
    let stored = 0;
    let repeated = 0;
    let outOfOrder = 0;
    let duplicate = 0;
    let outOfBounds = 0;
    for (let row = start; row < end; row++) {
      const ref = refs[row];
      const timestampMs = timestampsMs[row];
      verdicts[row] = REJECTED;
      if (ref === 0 || ref > seriesCount || timestampMs < oldestMs) {
        outOfBounds++;
        continue;
      }
      const lastMs = lastTimestampsMs[ref];
      if (timestampMs > lastMs) {
        verdicts[row] = STORED;
        stored++;
        previousTimestampsMs[row] = lastMs;
        previousBits[2 * row] = lastBits[2 * ref];
        previousBits[2 * row + 1] = lastBits[2 * ref + 1];
        lastTimestampsMs[ref] = timestampMs;
        lastBits[2 * ref] = valueBits[2 * row];
        lastBits[2 * ref + 1] = valueBits[2 * row + 1];
      } else if (timestampMs < lastMs) {
        outOfOrder++;
      } else if (lastBits[2 * ref] === valueBits[2 * row] && lastBits[2 * ref + 1] === valueBits[2 * row + 1]) {
        verdicts[row] = REPEATED;
        repeated++;
      } else {
        duplicate++;
      }
    }
    outcome.appended += stored + repeated;
    outcome.stored += stored;
    outcome.outOfOrder += outOfOrder;
    outcome.duplicate += duplicate;
    outcome.outOfBounds += outOfBounds;
  }

  /** Samples before this time are out of bounds. The first sample ever sets the head's time. */
  private oldestValidMs(batch: SampleBatch): number {
    if (this.headLog === undefined || batch.length === 0) return -Infinity;
    const newestMs = this.newestMs === -Infinity ? batch.timestampsMs[0] : this.newestMs;
    return newestMs - this.options.chunkRangeMs / 2;
  }

  /** Undoes the check loop, newest row first. */
  private takeBack(batch: SampleBatch): void {
    const { lastTimestampsMs, lastBits } = this.series;
    for (let row = batch.length - 1; row >= 0; row--) {
      if (this.verdicts[row] !== STORED) continue;
      const ref = batch.refs[row];
      lastTimestampsMs[ref] = this.previousTimestampsMs[row];
      lastBits[2 * ref] = this.previousBits[2 * row];
      lastBits[2 * ref + 1] = this.previousBits[2 * row + 1];
    }
  }

  private encode(batch: SampleBatch): void {
    const { timestampsMs, valueBits } = batch;
    const { previousTimestampsMs, previousBits } = this;
    this.encoder.bind({ timestampsMs, valueBits, previousTimestampsMs, previousBits });
    for (let row = 0; row < batch.length; row += SLICE_ROWS) this.encodeRows(batch, row, Math.min(row + SLICE_ROWS, batch.length));
  }

  private encodeRows({ refs, timestampsMs }: SampleBatch, start: number, end: number): void {
    const { verdicts, previousTimestampsMs, encoder } = this;
    const { chunkRangeMs, samplesPerChunk } = this.options;
    const { chunkEndsMs } = this.series;
    const predictAt = Math.trunc(samplesPerChunk / 4);
    const mostSamples = samplesPerChunk * 2;
    let { oldestMs, newestMs } = this;
    for (let row = start; row < end; row++) {
      if (verdicts[row] !== STORED) continue;
      const ref = refs[row];
      const timestampMs = timestampsMs[row];
      if (timestampMs < oldestMs) oldestMs = timestampMs;
      if (timestampMs > newestMs) newestMs = timestampMs;
      if (encoder.slabs[ref] === 0) {
        this.startChunk(ref, timestampMs, chunkRangeMs);
      } else {
        if (encoder.byteLength(ref) > MOST_CHUNK_BYTES_BEFORE_APPEND) this.cutChunk(ref, row, timestampMs, chunkRangeMs);
        const sampleCount = encoder.sampleCounts[ref];
        if (sampleCount === predictAt) {
          chunkEndsMs[ref] = predictedEndMs(encoder.firstTimestampMs(encoder.slabs[ref]), previousTimestampsMs[row], chunkEndsMs[ref]);
        }
        if (timestampMs >= chunkEndsMs[ref] || sampleCount >= mostSamples) this.cutChunk(ref, row, timestampMs, chunkRangeMs);
      }
      encoder.push(ref, row);
    }
    this.oldestMs = oldestMs;
    this.newestMs = newestMs;
  }

  private startChunk(ref: SeriesRef, timestampMs: number, chunkRangeMs: number): void {
    this.encoder.start(ref);
    this.series.chunkEndsMs[ref] = rangeEndMs(timestampMs, chunkRangeMs);
    this.openCount++;
    this.counters.chunksCreated++;
  }

  private cutChunk(ref: SeriesRef, row: number, timestampMs: number, chunkRangeMs: number): void {
    const { encoder, series } = this;
    const sampleCount = encoder.sampleCounts[ref];
    const byteLength = encoder.byteLength(ref);
    const slab = encoder.finish(ref);
    const minTimeMs = encoder.firstTimestampMs(slab);
    series.newestChunks[ref] = this.chunks.add(
      slab,
      sampleCount,
      byteLength,
      minTimeMs,
      this.previousTimestampsMs[row],
      series.newestChunks[ref],
    );
    this.openCount--;
    this.startChunk(ref, timestampMs, chunkRangeMs);
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
      if (this.verdicts[row] === STORED) neededBytes += this.encoder.mostGrowthBytes(batch.refs[row]);
    }
    if (!this.hasRoom(neededBytes)) throw this.memoryError(`${stored} samples`);
  }

  private hasRoom(neededBytes: number): boolean {
    return this.shared.usedBytes + neededBytes * (1 + PAGE_LOSS) + SPARE_BYTES <= MAXIMUM_BYTES;
  }

  private memoryError(what: string): PromError {
    return new PromError("internal", `cannot take ${what}: ${this.shared.usedBytes} of ${MAXIMUM_BYTES} bytes of shared memory are in use`);
  }

  private makeRoom(rows: number): void {
    if (rows <= this.verdicts.length) return;
    const capacity = Math.max(rows, this.verdicts.length * 2, 1024);
    this.verdicts = new Uint8Array(capacity);
    this.previousTimestampsMs = new Float64Array(capacity);
    this.previousBits = new Uint32Array(2 * capacity);
  }
}

/**
 * So many rows are one call of a loop. V8 compiles a function for its next call; a loop that is long in its first call is compiled in
 * mid-flight instead, and that code, which knows nothing of what follows the loop, is thrown out of at every end from then on.
 */
export const SLICE_ROWS = 512;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** `AppendOutcome` with the samples that are new. */
export interface StoredOutcome extends AppendOutcome {
  readonly stored: number;
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
