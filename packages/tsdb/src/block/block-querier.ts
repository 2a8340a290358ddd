import { decodeFloatChunk, isFloatEncoding, type FloatEncoding } from "@ferula/chunks";
import { compareUtf8, type Labels, type Matcher, type SampleColumns } from "@ferula/model";
import type { LabelListing, Querier, SeriesSet } from "@ferula/storage";
import { chunkPlace, type ChunkSegments } from "./chunk-reader.ts";
import { placed } from "./damage.ts";
import type { IndexReader } from "./index-reader.ts";
import { covers, type Interval } from "./intervals.ts";
import { selectPostings } from "./select-postings.ts";
import { createSeriesEntry, growChunks, type SeriesEntry } from "./series-entry.ts";
import type { Tombstones } from "./tombstones.ts";
import { trimSamples } from "./trim-samples.ts";

/** What reading a block needs. */
export interface BlockParts {
  readonly dir: string;
  readonly index: IndexReader;
  readonly chunks: ChunkSegments;
  readonly tombstones: Tombstones;
}

const NOTHING: LabelListing = { values: [], truncated: false };
const NO_SERIES: SeriesSet = { seriesCount: 0, labels: () => [], read: () => undefined, readHistograms: () => undefined };

/**
 * Reads the floats of one block, without what its tombstones delete; series come in the order of their labels. Chunks of histograms hold
 * no floats and are passed over. `isWithin` says whether the block has a part in the range at all; `release` is called at `close`.
 */
export function blockQuerier(parts: BlockParts, minTimeMs: number, maxTimeMs: number, isWithin: boolean, release: () => void): Querier {
  const { index } = parts;
  let isOpen = true;
  return {
    select: (matchers) => (isWithin ? selectSeries(parts, minTimeMs, maxTimeMs, matchers) : NO_SERIES),
    labelNames: (matchers, limit) =>
      isWithin ? listing(matchers.length === 0 ? index.labelNames : namesOf(index, selectPostings(index, matchers)), limit) : NOTHING,
    labelValues(name, matchers, limit) {
      if (!isWithin) return NOTHING;
      const others = matchers.filter((matcher) => matcher.name !== name);
      const own = matchers.filter((matcher) => matcher.name === name);
      // Matchers of the label itself are asked about its values; only those of others need the series.
      return others.length === 0
        ? allValues(index, name, own, limit)
        : listing(valuesOf(index, selectPostings(index, matchers), name), limit);
    },
    close() {
      if (isOpen) release();
      isOpen = false;
    },
  };
}

function selectSeries(parts: BlockParts, minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]): SeriesSet {
  const selected = new SelectedSeries();
  const entry = createSeriesEntry();
  for (const ref of selectPostings(parts.index, matchers)) {
    parts.index.readSeries(ref, entry);
    keepChunks(entry, minTimeMs, maxTimeMs, parts.tombstones.get(ref));
    if (entry.chunkCount > 0) selected.add(ref, entry);
  }
  return {
    seriesCount: selected.count,
    labels: (series) => selected.labels(series, parts.index),
    read(series, out) {
      out.length = 0;
      for (let chunk = selected.chunkStart[series]; chunk < selected.chunkStart[series + 1]; chunk++) {
        const first = out.length;
        const ref = selected.chunks.chunkRefs[chunk];
        const { encoding, bytes } = parts.chunks.read(ref);
        if (!isFloatEncoding(encoding)) continue;
        decodeChunk(parts.dir, ref, encoding, bytes, out);
        trimSamples(out, first, minTimeMs, maxTimeMs, parts.tombstones.get(selected.refs[series]));
      }
    },
    readHistograms(_series, out) {
      out.length = 0;
    },
  };
}

/** A chunk whose checksum is right may have been written wrong. */
function decodeChunk(dir: string, ref: number, encoding: FloatEncoding, bytes: Uint8Array, out: SampleColumns): void {
  try {
    decodeFloatChunk(encoding, bytes, out);
  } catch (error) {
    const { path, offset } = chunkPlace(dir, ref);
    throw placed(error, path, offset, "a chunk");
  }
}

/** Drops the chunks that have no part in the range or of which nothing is left. */
function keepChunks(entry: SeriesEntry, minTimeMs: number, maxTimeMs: number, deleted: readonly Interval[] | undefined): void {
  let count = 0;
  for (let i = 0; i < entry.chunkCount; i++) {
    const minMs = entry.minTimesMs[i];
    const maxMs = entry.maxTimesMs[i];
    if (maxMs < minTimeMs || minMs > maxTimeMs) continue;
    if (deleted !== undefined && covers(deleted, minMs, maxMs)) continue;
    entry.chunkRefs[count++] = entry.chunkRefs[i];
  }
  entry.chunkCount = count;
}

/** The symbols and chunks of series as typed arrays, so that a selection costs the heap nothing. */
class SelectedSeries {
  count = 0;
  refs: Uint32Array = new Uint32Array(64);
  /** Series i has the chunks from `chunkStart[i]` to before `chunkStart[i + 1]` and its labels in the same way. */
  chunkStart: Uint32Array = new Uint32Array(65);
  private labelStart: Uint32Array = new Uint32Array(65);
  /** The chunks' references, and the labels' symbols, one series behind the other. */
  readonly chunks: SeriesEntry = createSeriesEntry();

  add(ref: number, entry: SeriesEntry): void {
    const { chunks, count } = this;
    if (count === this.refs.length) this.grow();
    this.refs[count] = ref;
    growChunks(chunks, chunks.chunkCount + entry.chunkCount);
    chunks.chunkRefs.set(entry.chunkRefs.subarray(0, entry.chunkCount), chunks.chunkCount);
    chunks.chunkCount += entry.chunkCount;
    const symbolCount = 2 * (chunks.labelCount + entry.labelCount);
    if (chunks.labelSymbols.length < symbolCount) chunks.labelSymbols = resized(chunks.labelSymbols, 2 * symbolCount);
    chunks.labelSymbols.set(entry.labelSymbols.subarray(0, 2 * entry.labelCount), 2 * chunks.labelCount);
    chunks.labelCount += entry.labelCount;
    this.count++;
    this.chunkStart[this.count] = chunks.chunkCount;
    this.labelStart[this.count] = chunks.labelCount;
  }

  labels(series: number, { symbols }: IndexReader): Labels {
    const labels: string[] = [];
    const end = 2 * this.labelStart[series + 1];
    for (let i = 2 * this.labelStart[series]; i < end; i++) labels.push(symbols.text(this.chunks.labelSymbols[i]));
    return labels;
  }

  private grow(): void {
    const capacity = this.refs.length * 2;
    this.refs = resized(this.refs, capacity);
    this.chunkStart = resized(this.chunkStart, capacity + 1);
    this.labelStart = resized(this.labelStart, capacity + 1);
  }
}

function namesOf(index: IndexReader, refs: Uint32Array): string[] {
  const found = new Set<number>();
  const entry = createSeriesEntry();
  for (const ref of refs) {
    index.readSeries(ref, entry);
    for (let i = 0; i < 2 * entry.labelCount; i += 2) found.add(entry.labelSymbols[i]);
  }
  return textsOf(index, found);
}

function valuesOf(index: IndexReader, refs: Uint32Array, name: string): string[] {
  const found = new Set<number>();
  const entry = createSeriesEntry();
  for (const ref of refs) {
    index.readSeries(ref, entry);
    for (let i = 0; i < 2 * entry.labelCount; i += 2) {
      if (index.symbols.text(entry.labelSymbols[i]) === name) found.add(entry.labelSymbols[i + 1]);
    }
  }
  return textsOf(index, found);
}

function textsOf(index: IndexReader, symbols: ReadonlySet<number>): string[] {
  return Array.from(symbols, index.symbols.text).sort(compareUtf8);
}

/** Stops reading where the limit is reached. */
function allValues(index: IndexReader, name: string, matchers: readonly Matcher[], limit: number): LabelListing {
  const values: string[] = [];
  let truncated = false;
  index.forEachValue(name, "", (value) => {
    if (value === "" || !matchers.every((matcher) => matcher.matches(value))) return true;
    truncated = limit > 0 && values.length === limit;
    if (!truncated) values.push(value);
    return !truncated;
  });
  return { values, truncated };
}

function listing(values: readonly string[], limit: number): LabelListing {
  const truncated = limit > 0 && values.length > limit;
  return { values: truncated ? values.slice(0, limit) : values, truncated };
}

function resized(from: Uint32Array, length: number): Uint32Array {
  const to = new Uint32Array(length);
  to.set(from);
  return to;
}
