import { decodeFloatChunk, type FloatEncoding, isFloatEncoding, MOST_RUN_BYTES, MOST_RUN_CHUNKS, type ReadRun } from "@ferula/chunks";
import type { HistogramColumns, Labels, Matcher, SampleColumns } from "@ferula/model";
import type { SourceChunk } from "../compact/source-chunk.ts";
import { chunksWithin } from "../query/chunks-within.ts";
import type { SourceSet } from "../query/source-set.ts";
import { appendHistograms } from "./append-histograms.ts";
import type { BlockParts } from "./block-querier.ts";
import { chunkPlace, type StoredChunk } from "./chunk-reader.ts";
import { placed } from "./damage.ts";
import { covers, type Interval } from "./intervals.ts";
import { selectPostings } from "./select-postings.ts";
import { SelectedSeries } from "./selected-series.ts";
import { createSeriesEntry, entryBytes, type SeriesEntry } from "./series-entry.ts";
import type { Tombstones } from "./tombstones.ts";
import { trimSamples } from "./trim-samples.ts";

/** What the chunks of a series are known to hold, as bits; nothing is known before they are read. */
const FLOATS = 1;
const HISTOGRAMS = 2;

/** Appends the samples of a whole chunk of floats, as `decodeFloatChunk` of chunks does. */
export type DecodeFloatChunk = (encoding: FloatEncoding, chunk: Uint8Array, out: SampleColumns) => void;

/** How chunks of floats are read: one by one, and where it is there, several at once. */
export interface FloatDecoder {
  readonly readBytes: DecodeFloatChunk;
  readonly readRun?: ReadRun | undefined;
}

type AppendChunk<T> = (chunk: StoredChunk, out: T, deleted: readonly Interval[] | undefined) => void;

/** The series of a block that match, by their labels, without what its tombstones delete. */
export function selectBlockSeries(
  parts: BlockParts,
  minTimeMs: number,
  maxTimeMs: number,
  matchers: readonly Matcher[],
  decoder: FloatDecoder = { readBytes: decodeFloatChunk },
): SourceSet {
  return new BlockSeries(parts, minTimeMs, maxTimeMs, findSeries(parts, minTimeMs, maxTimeMs, matchers), decoder);
}

function findSeries(parts: BlockParts, minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]): SelectedSeries {
  const { id, index, tombstones, selections } = parts;
  const known = selections?.get(id, matchers);
  if (known !== undefined) return seriesWithin(known, minTimeMs, maxTimeMs, tombstones);
  const postings = selectPostings(index, matchers);
  const selected = new SelectedSeries(postings.length);
  const entry = createSeriesEntry();
  let isKept = selections?.takes(0) === true;
  for (let i = 0; i < postings.length; i++) {
    const ref = postings[i];
    index.readSeries(ref, entry);
    // Series that are selected together are mostly alike.
    if (i === 0) isKept = selections?.takes(postings.length * entryBytes(entry)) === true;
    if (!isKept) keepChunks(entry, minTimeMs, maxTimeMs, tombstones.get(ref));
    if (isKept || entry.chunkCount > 0) selected.add(ref, entry);
  }
  if (!isKept) return selected;
  selections?.put(id, matchers, selected);
  return seriesWithin(selected, minTimeMs, maxTimeMs, tombstones);
}

/** What is left of `all` in a range, behind what is deleted; `all` itself where that is everything. */
function seriesWithin(all: SelectedSeries, minTimeMs: number, maxTimeMs: number, tombstones: Tombstones): SelectedSeries {
  if (tombstones.size === 0 && liesWithin(all.entries, minTimeMs, maxTimeMs)) return all;
  const selected = new SelectedSeries(all.count);
  const entry = createSeriesEntry();
  for (let i = 0; i < all.count; i++) {
    all.copyTo(i, entry);
    keepChunks(entry, minTimeMs, maxTimeMs, tombstones.get(all.refs[i]));
    if (entry.chunkCount > 0) selected.add(all.refs[i], entry);
  }
  return selected;
}

function liesWithin({ chunkCount, minTimesMs, maxTimesMs }: SeriesEntry, minTimeMs: number, maxTimeMs: number): boolean {
  for (let i = 0; i < chunkCount; i++) if (maxTimesMs[i] < minTimeMs || minTimesMs[i] > maxTimeMs) return false;
  return true;
}

/** Drops the chunks that have no part in the range or of which nothing is left. */
function keepChunks(entry: SeriesEntry, minTimeMs: number, maxTimeMs: number, deleted: readonly Interval[] | undefined): void {
  let count = 0;
  for (let i = 0; i < entry.chunkCount; i++) {
    const minMs = entry.minTimesMs[i];
    const maxMs = entry.maxTimesMs[i];
    if (maxMs < minTimeMs || minMs > maxTimeMs) continue;
    if (deleted !== undefined && covers(deleted, minMs, maxMs)) continue;
    entry.chunkRefs[count] = entry.chunkRefs[i];
    entry.minTimesMs[count] = minMs;
    entry.maxTimesMs[count++] = maxMs;
  }
  entry.chunkCount = count;
}

class BlockSeries implements SourceSet {
  readonly isSorted = true;
  readonly seriesCount: number;
  readonly symbols: Uint32Array;
  readonly symbolText: (symbol: number) => string;
  readonly symbolSpace: object;
  private readonly decoder: FloatDecoder;
  private readonly parts: BlockParts;
  private readonly minTimeMs: number;
  private readonly maxTimeMs: number;
  private readonly selected: SelectedSeries;
  /** `FLOATS` and `HISTOGRAMS` of each series, so that chunks of the other kind are not read a second time. */
  private readonly kinds: Uint8Array;

  constructor(parts: BlockParts, minTimeMs: number, maxTimeMs: number, selected: SelectedSeries, decoder: FloatDecoder) {
    this.decoder = decoder;
    this.parts = parts;
    this.minTimeMs = minTimeMs;
    this.maxTimeMs = maxTimeMs;
    this.selected = selected;
    this.seriesCount = selected.count;
    this.symbols = selected.entries.labelSymbols;
    this.symbolText = parts.index.symbols.text;
    this.symbolSpace = parts.index.symbols;
    this.kinds = new Uint8Array(selected.count);
  }

  symbolStart = (index: number): number => 2 * this.selected.labelStart[index];

  symbolCount = (index: number): number => 2 * (this.selected.labelStart[index + 1] - this.selected.labelStart[index]);

  labels = (index: number): Labels => {
    const first = this.symbolStart(index);
    const labels = Array.from<string>({ length: this.symbolCount(index) });
    for (let i = 0; i < labels.length; i++) labels[i] = this.symbolText(this.symbols[first + i]);
    return labels;
  };

  read = (index: number, out: SampleColumns): void => {
    out.length = 0;
    if (this.readAtOnce(index, out)) return;
    this.append(index, FLOATS, this.appendFloats, out);
  };

  readHistograms = (index: number, out: HistogramColumns): void => {
    out.length = 0;
    this.append(index, HISTOGRAMS, this.appendHistograms, out);
  };

  /** Reads the series' chunks by `readRun`; false, with nothing read, where one by one will have to be looked what they are. */
  private readAtOnce(index: number, out: SampleColumns): boolean {
    const { readRun } = this.decoder;
    const { chunkStart, refs, entries } = this.selected;
    const end = chunkStart[index + 1];
    if (readRun === undefined || (this.kinds[index] & HISTOGRAMS) !== 0) return false;
    for (let from = chunkStart[index]; from < end;) {
      const to = findRun(entries.chunkRefs, from, end);
      const first = entries.chunkRefs[from];
      const bytes = this.parts.chunks.readRecords(first, entries.chunkRefs[to - 1] - first + LAST_RECORD_BYTES);
      for (let i = from; i < to; i++) runOffsets[i - from] = entries.chunkRefs[i] - first;
      if (!readRun(bytes, runOffsets, to - from, out)) {
        out.length = 0;
        return false;
      }
      from = to;
    }
    trimSamples(out, 0, this.minTimeMs, this.maxTimeMs, this.parts.tombstones.get(refs[index]));
    this.kinds[index] = FLOATS;
    return true;
  }

  private readonly appendFloats = (
    { encoding, bytes }: StoredChunk,
    out: SampleColumns,
    deleted: readonly Interval[] | undefined,
  ): void => {
    if (!isFloatEncoding(encoding)) return;
    const first = out.length;
    this.decoder.readBytes(encoding, bytes, out);
    trimSamples(out, first, this.minTimeMs, this.maxTimeMs, deleted);
  };

  private readonly appendHistograms = (
    { encoding, bytes }: StoredChunk,
    out: HistogramColumns,
    deleted: readonly Interval[] | undefined,
  ): void => {
    if (!isFloatEncoding(encoding)) appendHistograms(encoding, bytes, out, this.minTimeMs, this.maxTimeMs, deleted);
  };

  /** Hands each chunk of a series to `append`, unless it is known that none is of a kind. */
  private append<T>(index: number, kind: number, append: AppendChunk<T>, out: T): void {
    if (this.kinds[index] !== 0 && (this.kinds[index] & kind) === 0) return;
    const { chunkStart, refs, entries } = this.selected;
    const { chunks, tombstones } = this.parts;
    const deleted = tombstones.get(refs[index]);
    let kinds = 0;
    for (let i = chunkStart[index]; i < chunkStart[index + 1]; i++) {
      const ref = entries.chunkRefs[i];
      const chunk = chunks.read(ref);
      kinds |= isFloatEncoding(chunk.encoding) ? FLOATS : HISTOGRAMS;
      try {
        append(chunk, out, deleted);
      } catch (error) {
        throw this.damage(ref, error);
      }
    }
    this.kinds[index] = kinds;
  }

  chunks = (index: number): Iterable<SourceChunk> =>
    chunksWithin(this.chunksOf(index), this.minTimeMs, this.maxTimeMs, this.parts.tombstones.get(this.selected.refs[index]));

  private *chunksOf(index: number): Generator<SourceChunk> {
    const { parts } = this;
    const { chunkStart, entries } = this.selected;
    for (let i = chunkStart[index]; i < chunkStart[index + 1]; i++) {
      const ref = entries.chunkRefs[i];
      yield {
        minTimeMs: entries.minTimesMs[i],
        maxTimeMs: entries.maxTimesMs[i],
        read: () => parts.chunks.read(ref),
        place: () => chunkPlace(parts.dir, ref),
      };
    }
  }

  /** A chunk whose checksum is right may have been written wrong. */
  private damage(ref: number, error: unknown): unknown {
    const { path, offset } = chunkPlace(this.parts.dir, ref);
    return placed(error, path, offset, "a chunk");
  }
}

/** Where the chunks of a run begin; of one run at a time. */
const runOffsets = new Uint32Array(MOST_RUN_CHUNKS);

/** How many bytes are read of a run's last chunk, whose length nobody knows; longer ones are rare, and not read at once. */
const LAST_RECORD_BYTES = 2048;

/** The chunks from `from` on that may be read at once: the index behind the last. Those of a series follow each other in their segment. */
function findRun(chunkRefs: Float64Array, from: number, end: number): number {
  const most = Math.min(end, from + MOST_RUN_CHUNKS);
  let to = from + 1;
  while (to < most && chunkRefs[to] > chunkRefs[to - 1] && chunkRefs[to] - chunkRefs[from] + LAST_RECORD_BYTES <= MOST_RUN_BYTES) to++;
  return to;
}
