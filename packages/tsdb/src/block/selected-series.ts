import { createSeriesEntry, growChunks, type SeriesEntry } from "./series-entry.ts";

/** After so many series it is reckoned how much the rest will need. */
const FIRST_SERIES = 64;

/** The symbols and chunks of series as typed arrays, so that a selection costs the heap nothing. */
export class SelectedSeries {
  count = 0;
  /** The reference of each series. */
  readonly refs: Uint32Array;
  /** Series i has the chunks from `chunkStart[i]` to before `chunkStart[i + 1]` and its labels in the same way. */
  readonly chunkStart: Uint32Array;
  /** In labels, of which each has two symbols. */
  readonly labelStart: Uint32Array;
  /** The chunks, and the labels' symbols, one series behind the other. */
  readonly entries: SeriesEntry = createSeriesEntry();

  /** Takes `capacity` series at most. */
  constructor(capacity: number) {
    this.refs = new Uint32Array(capacity);
    this.chunkStart = new Uint32Array(capacity + 1);
    this.labelStart = new Uint32Array(capacity + 1);
  }

  /** What it takes in memory. */
  get sizeBytes(): number {
    const { chunkRefs, minTimesMs, maxTimesMs, labelSymbols } = this.entries;
    const columns = [this.refs, this.chunkStart, this.labelStart, chunkRefs, minTimesMs, maxTimesMs, labelSymbols];
    return columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Overwrites `out` with series `index`. */
  copyTo(index: number, out: SeriesEntry): void {
    const { entries, chunkStart, labelStart } = this;
    const [firstChunk, firstLabel] = [chunkStart[index], labelStart[index]];
    out.labelCount = labelStart[index + 1] - firstLabel;
    growLabels(out, 2 * out.labelCount);
    for (let i = 0; i < 2 * out.labelCount; i++) out.labelSymbols[i] = entries.labelSymbols[2 * firstLabel + i];
    out.chunkCount = chunkStart[index + 1] - firstChunk;
    growChunks(out, out.chunkCount);
    for (let i = 0; i < out.chunkCount; i++) {
      out.chunkRefs[i] = entries.chunkRefs[firstChunk + i];
      out.minTimesMs[i] = entries.minTimesMs[firstChunk + i];
      out.maxTimesMs[i] = entries.maxTimesMs[firstChunk + i];
    }
  }

  /** Puts a series behind the others. */
  add(ref: number, entry: SeriesEntry): void {
    const { entries } = this;
    this.refs[this.count] = ref;
    this.addChunks(entry);
    this.addLabels(entry);
    this.count++;
    this.chunkStart[this.count] = entries.chunkCount;
    this.labelStart[this.count] = entries.labelCount;
    if (this.count === FIRST_SERIES) this.reserve();
  }

  private addLabels(entry: SeriesEntry): void {
    const { entries } = this;
    const first = 2 * entries.labelCount;
    const added = 2 * entry.labelCount;
    growLabels(entries, first + added);
    const { labelSymbols } = entries;
    for (let i = 0; i < added; i++) labelSymbols[first + i] = entry.labelSymbols[i];
    entries.labelCount += entry.labelCount;
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

  /** Makes room for the series to come, which mostly are like those before: growing again and again would copy each several times. */
  private reserve(): void {
    const { entries, refs } = this;
    growChunks(entries, Math.ceil((entries.chunkCount / FIRST_SERIES) * refs.length));
    growLabels(entries, 2 * Math.ceil((entries.labelCount / FIRST_SERIES) * refs.length));
  }
}

/** Makes room for `count` symbols and keeps those that are in. */
function growLabels(entries: SeriesEntry, count: number): void {
  if (entries.labelSymbols.length >= count) return;
  const labelSymbols = new Uint32Array(Math.max(count, 2 * entries.labelSymbols.length));
  labelSymbols.set(entries.labelSymbols);
  entries.labelSymbols = labelSymbols;
}
