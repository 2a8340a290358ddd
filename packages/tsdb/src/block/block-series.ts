import { decodeFloatChunk, type FloatEncoding, isFloatEncoding } from "@ferula/chunks";
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
import { createSeriesEntry, type SeriesEntry } from "./series-entry.ts";
import { trimSamples } from "./trim-samples.ts";

/** What the chunks of a series are known to hold, as bits; nothing is known before they are read. */
const FLOATS = 1;
const HISTOGRAMS = 2;

/** Appends the samples of a whole chunk of floats, as `decodeFloatChunk` of chunks does. */
export type DecodeFloatChunk = (encoding: FloatEncoding, chunk: Uint8Array, out: SampleColumns) => void;

type AppendChunk<T> = (chunk: StoredChunk, out: T, deleted: readonly Interval[] | undefined) => void;

/** The series of a block that match, by their labels, without what its tombstones delete. */
export function selectBlockSeries(
  parts: BlockParts,
  minTimeMs: number,
  maxTimeMs: number,
  matchers: readonly Matcher[],
  decode: DecodeFloatChunk = decodeFloatChunk,
): SourceSet {
  return new BlockSeries(parts, minTimeMs, maxTimeMs, findSeries(parts, minTimeMs, maxTimeMs, matchers), decode);
}

function findSeries(parts: BlockParts, minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]): SelectedSeries {
  const postings = selectPostings(parts.index, matchers);
  const selected = new SelectedSeries(postings.length);
  const entry = createSeriesEntry();
  for (let i = 0; i < postings.length; i++) {
    const ref = postings[i];
    parts.index.readSeries(ref, entry);
    keepChunks(entry, minTimeMs, maxTimeMs, parts.tombstones.get(ref));
    if (entry.chunkCount > 0) selected.add(ref, entry);
  }
  return selected;
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
  private readonly decode: DecodeFloatChunk;
  private readonly parts: BlockParts;
  private readonly minTimeMs: number;
  private readonly maxTimeMs: number;
  private readonly selected: SelectedSeries;
  /** `FLOATS` and `HISTOGRAMS` of each series, so that chunks of the other kind are not read a second time. */
  private readonly kinds: Uint8Array;

  constructor(parts: BlockParts, minTimeMs: number, maxTimeMs: number, selected: SelectedSeries, decode: DecodeFloatChunk) {
    this.decode = decode;
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
    const labels: string[] = [];
    const first = this.symbolStart(index);
    for (let i = first, end = first + this.symbolCount(index); i < end; i++) labels.push(this.symbolText(this.symbols[i]));
    return labels;
  };

  read = (index: number, out: SampleColumns): void => {
    out.length = 0;
    this.append(index, FLOATS, this.appendFloats, out);
  };

  readHistograms = (index: number, out: HistogramColumns): void => {
    out.length = 0;
    this.append(index, HISTOGRAMS, this.appendHistograms, out);
  };

  private readonly appendFloats = (
    { encoding, bytes }: StoredChunk,
    out: SampleColumns,
    deleted: readonly Interval[] | undefined,
  ): void => {
    if (!isFloatEncoding(encoding)) return;
    const first = out.length;
    this.decode(encoding, bytes, out);
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
