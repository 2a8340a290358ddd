import { openChunk, reserveDecodeScratch, SAMPLE_TYPES } from "@ferula/chunks";
import type { Files } from "@ferula/files";
import {
  compareLabels,
  compareUtf8,
  type CounterResetHint,
  createFloatHistogram,
  createHistogramColumns,
  createMatcher,
  createSampleBatch,
  createSampleColumns,
  formatHistogram,
  formatLabels,
  type HistogramColumns,
  type Labels,
  pushHistogram,
} from "@ferula/model";
import type { ChunkSeriesSet, Queryable, SeriesChunk, SeriesSet } from "@ferula/storage";
import { openBlock, type BlockReader } from "../../src/block/open-block.ts";
import { writeBlock, type BlockChunk } from "../../src/block/write-block.ts";
import { encodeSamples, mergedEncoding } from "../../src/compact/encode-samples.ts";
import { sourceOfEncoded } from "../../src/compact/source-chunk.ts";
import type { Head } from "../../src/head/head.ts";
import { HeadChunkReader } from "../../src/head-chunks/head-chunk-reader.ts";
import { ColumnCursor } from "../../src/query/column-cursor.ts";
import { DbQueries, type QueriedBlocks } from "../../src/query/db-queries.ts";
import { joinFloats, joinHistograms, type SeriesColumns } from "../../src/query/join-samples.ts";
import type { SourceSet } from "../../src/query/source-set.ts";
import { bitsText, PARENT } from "../block/support.ts";
import { symbolsOf } from "../block/labels.ts";

/** A series with all its samples. */
export interface HeldSeries {
  readonly labels: Labels;
  readonly columns: SeriesColumns;
}

/** All series of a storage by their labels. */
export function heldBy(storage: Queryable): HeldSeries[] {
  const querier = storage.querier(-Infinity, Infinity);
  const set = querier.select([createMatcher("=~", "__name__", ".*")]);
  const series = Array.from({ length: set.seriesCount }, (_, i) => {
    const columns: SeriesColumns = { floats: createSampleColumns(1), histograms: createHistogramColumns(1) };
    set.read(i, columns.floats);
    set.readHistograms(i, columns.histograms);
    return { labels: set.labels(i), columns };
  });
  querier.close();
  return series.sort((a, b) => compareLabels(a.labels, b.labels));
}

/** A series of a block. */
export interface EncodedSeries {
  readonly labels: Labels;
  readonly chunks: readonly BlockChunk[];
}

/** All series of a storage, as those of a block. */
export function blockSeriesOf(storage: Queryable): EncodedSeries[] {
  return heldBy(storage).map(({ labels, columns }) => ({ labels, chunks: encodeColumns(columns) }));
}

/** Chunks of samples as a compaction cuts them. */
export function encodeColumns(columns: SeriesColumns): BlockChunk[] {
  return encodeSamples(new ColumnCursor(columns), mergedEncoding("xor"));
}

/** Writes a block of series that are sorted and opens it; undefined when it would be empty. */
export function openBlockOf(files: Files, series: readonly EncodedSeries[]): BlockReader | undefined {
  const chunks = series.flatMap((one) => one.chunks);
  const minTimeMs = Math.min(...chunks.map((chunk) => chunk.minTimeMs));
  const maxTimeMs = Math.max(...chunks.map((chunk) => chunk.maxTimeMs)) + 1;
  const source = { symbols: () => symbolsOf(series.map(({ labels }) => labels)), series: () => series };
  const meta = chunks.length === 0 ? undefined : writeBlock(files, PARENT, { minTimeMs, maxTimeMs }, source);
  return meta === undefined ? undefined : openBlock(files, `${PARENT}/${meta.ulid}`);
}

/** Blocks that are always there, with how often they are pinned at the moment. */
export function servedBlocks(blocks: readonly BlockReader[]): QueriedBlocks & { readonly pinCount: () => number } {
  let pinCount = 0;
  return {
    blocksIn: (minTimeMs, maxTimeMs) =>
      blocks.filter((block) => block.overlaps(minTimeMs, maxTimeMs)).sort((a, b) => a.meta.minTime - b.meta.minTime),
    pin() {
      pinCount++;
      let isPinned = true;
      return () => {
        if (isPinned) pinCount--;
        isPinned = false;
      };
    },
    pinCount: () => pinCount,
  };
}

/** Samples by the labels of their series: `ms:value` texts, those of histograms `ms:text`, by time. */
export type SampleTexts = Record<string, readonly string[]>;

/** All samples of a set. Series of which nothing is in the range are left out. */
export function textsOf(set: SeriesSet): SampleTexts {
  const texts: SampleTexts = {};
  const floats = createSampleColumns(1);
  const histograms = createHistogramColumns(1);
  for (let i = 0; i < set.seriesCount; i++) {
    set.read(i, floats);
    set.readHistograms(i, histograms);
    const rows = [
      ...Array.from({ length: floats.length }, (_, k) => [floats.timestampsMs[k], bitsText(floats, k)] as const),
      ...Array.from({ length: histograms.length }, (_, k) => [histograms.timestampsMs[k], histogramText(histograms, k)] as const),
    ].sort(([a], [b]) => a - b);
    const key = formatLabels(set.labels(i));
    if (key in texts) throw new Error(`${key} is there twice`);
    if (rows.length > 0) texts[key] = rows.map(([ms, text]) => `${ms}:${text}`);
  }
  return texts;
}

/** All samples of a set of chunks, in the order in which they come. */
export function chunkTextsOf(set: ChunkSeriesSet): SampleTexts {
  const texts: SampleTexts = {};
  for (let i = 0; i < set.seriesCount; i++) {
    const rows: string[] = [];
    set.forEachChunk(i, (chunk) => rows.push(...samplesOf(chunk)));
    const key = formatLabels(set.labels(i));
    if (key in texts) throw new Error(`${key} is there twice`);
    if (rows.length > 0) texts[key] = rows;
  }
  return texts;
}

/** The samples of a chunk as texts; its times must be those of its ends. */
export function samplesOf({ encoding, bytes, minTimeMs, maxTimeMs }: SeriesChunk): string[] {
  const iterator = openChunk(encoding, bytes);
  const rows: string[] = [];
  const times: number[] = [];
  const floats = createSampleColumns(1);
  for (let type = iterator.next(); type !== SAMPLE_TYPES.none; type = iterator.next()) {
    floats.valueBits.set([iterator.valueLow, iterator.valueHigh]);
    const text = type === SAMPLE_TYPES.float ? bitsText(floats, 0) : textOfHistogram(iterator.floatHistogram());
    times.push(iterator.timestampMs);
    rows.push(`${iterator.timestampMs}:${text}`);
  }
  if (times[0] !== minTimeMs || times.at(-1) !== maxTimeMs) throw new Error(`a chunk from ${times[0]} says ${minTimeMs} to ${maxTimeMs}`);
  return rows;
}

function histogramText({ histograms }: HistogramColumns, row: number): string {
  return textOfHistogram(histograms[row]);
}

/** Without the hint: which sample tells of a reset depends on which source it came from. */
export function textOfHistogram(histogram: HistogramColumns["histograms"][number]): string {
  return histogram.isStale ? "stale" : formatHistogram(histogram);
}

/** A sample of a set made by hand: a float, or with a hint a float histogram of that count. */
export type ListedSample = readonly [timestampMs: number, value: number, hint?: CounterResetHint];

/** A set of the series with the label `n` and these samples, in the order of the labels. */
export function listedSet(series: Readonly<Record<string, readonly ListedSample[]>>): SourceSet {
  const names = Object.keys(series).sort(compareUtf8);
  const texts = ["n", ...names].toReversed();
  const columns = names.map((name) => columnsOfList(series[name]));
  return {
    seriesCount: names.length,
    isSorted: true,
    symbols: Uint32Array.from(names.flatMap((name) => [texts.indexOf("n"), texts.indexOf(name)])),
    symbolStart: (index) => 2 * index,
    symbolCount: () => 2,
    symbolText: (symbol) => texts[symbol],
    symbolSpace: texts,
    labels: (index) => ["n", names[index]],
    read: (index, out) => joinFloats([columns[index]], out),
    readHistograms(index, out) {
      joinHistograms([columns[index]], out);
      out.histograms = out.histograms.map((histogram) => ({ ...histogram }));
    },
    chunks: (index) => encodeColumns(columns[index]).map((chunk) => sourceOfEncoded(chunk, () => ({ path: "", offset: 0 }))),
  };
}

function columnsOfList(samples: readonly ListedSample[]): SeriesColumns {
  const floats = createSampleColumns(samples.length);
  const histograms = createHistogramColumns(0);
  for (const [timestampMs, value, counterResetHint] of samples) {
    if (counterResetHint === undefined) {
      floats.timestampsMs[floats.length] = timestampMs;
      floats.values[floats.length++] = value;
    } else {
      pushHistogram(histograms, timestampMs, createFloatHistogram({ count: value, counterResetHint }));
    }
  }
  return { floats, histograms };
}

/** What `listedSet` is made of, read from any set. */
export function listOf(set: SeriesSet): Record<string, ListedSample[]> {
  const floats = createSampleColumns(1);
  const histograms = createHistogramColumns(1);
  const lists: Record<string, ListedSample[]> = {};
  for (let i = 0; i < set.seriesCount; i++) {
    set.read(i, floats);
    set.readHistograms(i, histograms);
    const samples: ListedSample[] = [];
    for (let k = 0; k < floats.length; k++) samples.push([floats.timestampsMs[k], floats.values[k]]);
    for (let k = 0; k < histograms.length; k++) {
      const { count, counterResetHint } = histograms.histograms[k];
      samples.push([histograms.timestampsMs[k], count, counterResetHint]);
    }
    lists[set.labels(i)[1]] = samples.sort(([a], [b]) => a - b);
  }
  return lists;
}

/** Appends the samples of a series to the head, one after the other. */
export function fillHead(head: Head, labels: Labels, columns: SeriesColumns): void {
  const ref = head.seriesRef(labels);
  const cursor = new ColumnCursor(columns);
  for (let type = cursor.next(); type !== SAMPLE_TYPES.none; type = cursor.next()) {
    const { timestampMs } = cursor;
    const batch = createSampleBatch(1);
    if (type === SAMPLE_TYPES.float) {
      batch.refs[0] = ref;
      batch.timestampsMs[0] = timestampMs;
      batch.valueBits.set([cursor.valueLow, cursor.valueHigh]);
      batch.length = 1;
    } else {
      batch.histograms = [{ ref, timestampMs, startTimestampMs: 0, histogram: cursor.histogram() }];
    }
    head.append(batch);
  }
}

/** What a querier of a head and blocks is made of, in the folder of the blocks. */
export function openQueries(files: Files, head: Head, blocks: QueriedBlocks): DbQueries {
  const headChunks = new HeadChunkReader({ files, folder: `${PARENT}/chunks_head` });
  return new DbQueries({ head, blocks, decodeScratch: reserveDecodeScratch(head.shared), headChunks });
}
