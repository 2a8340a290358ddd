import { createSeriesEntry, growChunks, type SeriesEntry } from "./series-entry.ts";

/** The symbols and chunks of series as typed arrays, so that a selection costs the heap nothing. */
export class SelectedSeries {
  count = 0;
  /** The reference of each series. */
  refs: Uint32Array = new Uint32Array(64);
  /** Series i has the chunks from `chunkStart[i]` to before `chunkStart[i + 1]` and its labels in the same way. */
  chunkStart: Uint32Array = new Uint32Array(65);
  /** In labels, of which each has two symbols. */
  labelStart: Uint32Array = new Uint32Array(65);
  /** The chunks, and the labels' symbols, one series behind the other. */
  readonly entries: SeriesEntry = createSeriesEntry();

  /** Puts a series behind the others. */
  add(ref: number, entry: SeriesEntry): void {
    const { entries } = this;
    if (this.count === this.refs.length) this.grow();
    this.refs[this.count] = ref;
    this.addChunks(entry);
    const symbolCount = 2 * (entries.labelCount + entry.labelCount);
    if (entries.labelSymbols.length < symbolCount) entries.labelSymbols = resized(entries.labelSymbols, 2 * symbolCount);
    entries.labelSymbols.set(entry.labelSymbols.subarray(0, 2 * entry.labelCount), 2 * entries.labelCount);
    entries.labelCount += entry.labelCount;
    this.count++;
    this.chunkStart[this.count] = entries.chunkCount;
    this.labelStart[this.count] = entries.labelCount;
  }

  private addChunks(entry: SeriesEntry): void {
    const { entries } = this;
    const first = entries.chunkCount;
    growChunks(entries, first + entry.chunkCount);
    const { chunkRefs, minTimesMs, maxTimesMs } = entries;
    for (let i = 0; i < entry.chunkCount; i++) {
      chunkRefs[first + i] = entry.chunkRefs[i];
      minTimesMs[first + i] = entry.minTimesMs[i];
      maxTimesMs[first + i] = entry.maxTimesMs[i];
    }
    entries.chunkCount += entry.chunkCount;
  }

  private grow(): void {
    const capacity = this.refs.length * 2;
    this.refs = resized(this.refs, capacity);
    this.chunkStart = resized(this.chunkStart, capacity + 1);
    this.labelStart = resized(this.labelStart, capacity + 1);
  }
}

function resized(from: Uint32Array, length: number): Uint32Array {
  const to = new Uint32Array(length);
  to.set(from);
  return to;
}
