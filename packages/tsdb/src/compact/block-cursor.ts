import { chunkPlace } from "../block/chunk-reader.ts";
import { addInterval, covers, type Interval } from "../block/intervals.ts";
import type { BlockReader } from "../block/open-block.ts";
import { createSeriesEntry, type SeriesEntry } from "../block/series-entry.ts";
import type { BlockRange } from "../block/write-block.ts";
import type { MergedSymbols } from "./merged-symbols.ts";
import type { SourceChunk } from "./source-chunk.ts";
import { withoutDeleted } from "./without-deleted.ts";

/**
 * Walks the series of a block in the order of their labels, without what was deleted and what lies outside of a range. Source:
 * tsdb/querier.go `blockBaseSeriesSet`, `populateWithDelChunkSeriesIterator`.
 */
export class BlockCursor {
  /** Names and values of the labels of the series that it stands at, as numbers among the symbols of all blocks. */
  labelSymbols: Uint32Array = new Uint32Array(0);
  private readonly block: BlockReader;
  private readonly range: BlockRange;
  private readonly symbols: Pick<MergedSymbols, "numberOf">;
  private readonly refs: Uint32Array;
  private readonly entry: SeriesEntry = createSeriesEntry();
  private deleted: Interval[] = [];
  private nextIndex = 0;

  constructor(block: BlockReader, range: BlockRange, symbols: Pick<MergedSymbols, "numberOf">) {
    this.block = block;
    this.symbols = symbols;
    this.range = range;
    this.refs = block.index.allSeries();
  }

  /** Goes to the next series of which chunks are left; false when there is none. */
  next(): boolean {
    const { block, refs, entry } = this;
    while (this.nextIndex < refs.length) {
      const ref = refs[this.nextIndex++];
      block.index.readSeries(ref, entry);
      const tombstones = block.tombstones.get(ref) ?? [];
      this.deleted = this.withOutside(tombstones);
      keepChunks(entry, this.deleted);
      if (entry.chunkCount === 0) continue;
      this.numberLabels();
      return true;
    }
    return false;
  }

  /** The chunks of the series it stands at, by ascending time; to be read before it goes on. */
  *chunks(): Generator<SourceChunk> {
    for (let i = 0; i < this.entry.chunkCount; i++) yield* withoutDeleted(this.chunk(i), this.deleted);
  }

  /** The array is another each time: that of the series before may still be read. */
  private numberLabels(): void {
    const { entry, symbols } = this;
    const length = 2 * entry.labelCount;
    const labelSymbols = new Uint32Array(length);
    for (let i = 0; i < length; i++) labelSymbols[i] = symbols.numberOf(entry.labelSymbols[i]);
    this.labelSymbols = labelSymbols;
  }

  private chunk(index: number): SourceChunk {
    const { block, entry } = this;
    const ref = entry.chunkRefs[index];
    return {
      minTimeMs: entry.minTimesMs[index],
      maxTimeMs: entry.maxTimesMs[index],
      read: () => block.chunks.read(ref),
      place: () => chunkPlace(block.dir, ref),
    };
  }

  /** What is outside of the range counts as deleted, where the series has any of it. */
  private withOutside(tombstones: readonly Interval[]): Interval[] {
    const { entry } = this;
    const { minTimeMs, maxTimeMs } = this.range;
    const deleted = [...tombstones];
    if (entry.chunkCount === 0) return deleted;
    if (entry.minTimesMs[0] < minTimeMs) addInterval(deleted, { minTimeMs: -Infinity, maxTimeMs: minTimeMs - 1 });
    if (entry.maxTimesMs[entry.chunkCount - 1] >= maxTimeMs) addInterval(deleted, { minTimeMs: maxTimeMs, maxTimeMs: Infinity });
    return deleted;
  }
}

/** Drops the chunks of which nothing is left. */
function keepChunks(entry: SeriesEntry, deleted: readonly Interval[]): void {
  const { minTimesMs, maxTimesMs, chunkRefs } = entry;
  let count = 0;
  for (let i = 0; i < entry.chunkCount; i++) {
    if (covers(deleted, minTimesMs[i], maxTimesMs[i])) continue;
    minTimesMs[count] = minTimesMs[i];
    maxTimesMs[count] = maxTimesMs[i];
    chunkRefs[count++] = chunkRefs[i];
  }
  entry.chunkCount = count;
}
