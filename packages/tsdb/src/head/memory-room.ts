import { LARGEST_SLAB_BYTES, PAGE_BYTES, type PagePool, SLAB_CLASS_BYTES, type SlabAllocator } from "@ferula/chunks";
import { MAXIMUM_BYTES, type SharedMemory } from "@ferula/kernels";
import { PromError, type SampleBatch } from "@ferula/model";
import type { FloatCheck } from "./float-check.ts";
import type { FloatChunks } from "./float-chunks.ts";
import type { LabelIndex } from "./label-index.ts";
import type { LabelSets } from "./label-sets.ts";
import type { SeriesTable } from "./series-table.ts";
import { STORED } from "./verdicts.ts";

/** What memory is needed for. */
export interface MemoryRoomParts {
  readonly shared: SharedMemory;
  readonly pages: PagePool;
  readonly slabAllocator: SlabAllocator;
  readonly series: SeriesTable;
  readonly floats: FloatChunks;
  readonly labelSets: LabelSets;
  readonly labelIndex: LabelIndex;
}

/** What new series leave to those there are: when memory runs short, they are refused first. */
const SERIES_SPARE_BYTES = 32 << 20;

/** What is left beyond that for symbols and postings of series whose label sets fit what dead ones left. */
const REPLACED_SERIES_SPARE_BYTES = 16 << 20;

/** A page for each size of slabs, and for strings of series that are refused. */
const SAMPLES_SPARE_BYTES = 4 << 20;

/** What is left at the end of a page of slabs is less than the largest of them: 2 KiB of 64. */
const PAGE_LOSS = 1 / 32;

/**
 * Whether shared memory has room for what is to come. It is asked before the log has a batch, because after that nothing may fail. Memory
 * that was used once and is free again counts: the whole pages of the pool for everything, and free slabs where it is told which are needed.
 */
export class MemoryRoom {
  private readonly parts: MemoryRoomParts;
  private readonly slabCounts = new Uint32Array(SLAB_CLASS_BYTES.length);

  constructor(parts: MemoryRoomParts) {
    this.parts = parts;
  }

  /** Whether a series with these pairs (name, value, name, value …) can be made. */
  hasRoomForSeries(pairs: Uint32Array, pairCount: number): boolean {
    const { pages, labelSets, labelIndex } = this.parts;
    // Fast path: lists of postings double, and all of them together take less than what was never used.
    if (pages.untouchedBytes > MAXIMUM_BYTES / 2) return true;
    if (labelIndex.nextBlockBytes(pairs, pairCount) > pages.untouchedBytes) return false;
    return this.hasRoom(SERIES_SPARE_BYTES) || (labelSets.hasFree(pairCount) && this.hasRoom(REPLACED_SERIES_SPARE_BYTES));
  }

  /** Throws PromError when there may not be room for the `stored` rows that the check accepted. */
  ensureRoomFor(batch: SampleBatch, check: FloatCheck, stored: number): void {
    // Fast path: there is room even if every sample needed a slab of the largest class.
    if (this.hasRoomForSlabs(stored * LARGEST_SLAB_BYTES)) return;
    if (this.hasRoomForSlabs(this.mostBytes(batch, check)) || this.hasSlabs(batch, check)) return;
    throw this.error(`${stored} samples`);
  }

  /** What to throw when there is no room for something. */
  error(what: string): PromError {
    const { usedBytes } = this.parts.shared;
    return new PromError("internal", `cannot take ${what}: ${usedBytes} of ${MAXIMUM_BYTES} bytes of shared memory are in use`);
  }

  private hasRoom(bytes: number): boolean {
    const { untouchedBytes, freeBytes } = this.parts.pages;
    return bytes <= untouchedBytes + freeBytes;
  }

  private hasRoomForSlabs(bytes: number): boolean {
    return this.hasRoom(bytes * (1 + PAGE_LOSS) + SAMPLES_SPARE_BYTES);
  }

  private mostBytes(batch: SampleBatch, check: FloatCheck): number {
    const { encoder } = this.parts.floats;
    let bytes = 0;
    for (let row = 0; row < batch.length; row++) {
      if (check.verdicts[row] === STORED) bytes += encoder.mostGrowthBytes(batch.refs[row]);
    }
    return bytes;
  }

  /**
   * Whether free slabs and pages do where each series has one sample at most. A sample may begin a chunk, or move one to the next class or
   * the one behind it, as it takes more than the 16 bytes between two of them.
   */
  private hasSlabs(batch: SampleBatch, check: FloatCheck): boolean {
    const { slabAllocator, series, floats } = this.parts;
    const { encoder } = floats;
    const { slabCounts } = this;
    if (encoder.spareBytes > 0) return false;
    slabCounts.fill(0);
    for (let row = 0; row < batch.length; row++) {
      if (check.verdicts[row] !== STORED) continue;
      const ref = batch.refs[row];
      // Another row follows for the series.
      if (series.lastTimestampsMs[ref] !== batch.timestampsMs[row]) return false;
      slabCounts[0]++;
      // No slab is counted as the smallest.
      const sizeClass = encoder.slabs[ref] & 15;
      slabCounts[Math.min(sizeClass + 1, slabCounts.length - 1)]++;
      slabCounts[Math.min(sizeClass + 2, slabCounts.length - 1)]++;
    }
    return this.hasRoomForSlabs(slabAllocator.pagesFor(slabCounts) * PAGE_BYTES);
  }
}
