import { encodeXorChunk } from "@ferula/chunks";
import { createFaultyFiles, type FaultyFiles, type Files } from "@ferula/files";
import { compareLabels, createSampleColumns, formatLabels, labelsOf, type Labels, type Matcher, type SampleColumns } from "@ferula/model";
import type { Queryable } from "@ferula/storage";
import { openBlock, type BlockReader } from "../../src/block/open-block.ts";
import { writeBlock, type BlockChunk, type BlockSource, type LabeledSeries } from "../../src/block/write-block.ts";
import { symbolsOf } from "./labels.ts";

/** Blocks of tests go here. */
export const PARENT = "/data";

/** A block's time in tests. */
export const RANGE = { minTimeMs: 0, maxTimeMs: 7_200_000 };

/** The time that blocks of tests are made at. */
export const NOW_MS = 1_767_225_600_000;

/** Labels and `[milliseconds, value]`, oldest first. */
export type TestSeries = readonly [labels: Readonly<Record<string, string>>, samples: readonly (readonly [number, number])[]];

/** A disk with the folder that blocks go to. */
export function blockDisk(): FaultyFiles {
  const files = createFaultyFiles();
  files.makeFolder(PARENT);
  files.syncFolder("/");
  return files;
}

export function columnsOf(samples: readonly (readonly [number, number])[]): SampleColumns {
  const columns = createSampleColumns(samples.length);
  samples.forEach(([ms, value], i) => {
    columns.timestampsMs[i] = ms;
    columns.values[i] = value;
  });
  columns.length = samples.length;
  return columns;
}

/** The samples as XOR chunks of `perChunk`. */
export function chunksOf(columns: SampleColumns, perChunk = 120): BlockChunk[] {
  const chunks: BlockChunk[] = [];
  for (let start = 0; start < columns.length; start += perChunk) {
    const end = Math.min(start + perChunk, columns.length);
    chunks.push({
      encoding: "xor",
      bytes: encodeXorChunk(columns, start, end),
      minTimeMs: columns.timestampsMs[start],
      maxTimeMs: columns.timestampsMs[end - 1],
    });
  }
  return chunks;
}

/** A source of series in any order. */
export function sourceOf(series: readonly TestSeries[], perChunk?: number): BlockSource {
  const sorted = series
    .map(([labels, samples]): LabeledSeries => ({ labels: labelsOf(labels), chunks: chunksOf(columnsOf(samples), perChunk) }))
    .sort((a, b) => compareLabels(a.labels, b.labels));
  return { symbols: () => symbolsOf(sorted.map(({ labels }) => labels)), series: () => sorted };
}

/** Writes a block and returns its folder. */
export function writeTestBlock(files: Files, series: readonly TestSeries[], perChunk?: number): string {
  const meta = writeBlock(files, PARENT, RANGE, sourceOf(series, perChunk), { nowMs: NOW_MS });
  if (meta === undefined) throw new Error("the block is empty");
  return `${PARENT}/${meta.ulid}`;
}

/** Writes a block and opens it. */
export function testBlock(series: readonly TestSeries[], perChunk?: number): BlockReader {
  const files = blockDisk();
  return openBlock(files, writeTestBlock(files, series, perChunk));
}

/** What matches in the range: for each series its labels and `ms:value` texts. */
export function readAll(
  storage: Queryable,
  matchers: readonly Matcher[] = [],
  minTimeMs = -Infinity,
  maxTimeMs = Infinity,
): [labels: string, samples: string][] {
  const querier = storage.querier(minTimeMs, maxTimeMs);
  try {
    const set = querier.select(matchers);
    const out = createSampleColumns(4);
    return Array.from({ length: set.seriesCount }, (_, i) => {
      set.read(i, out);
      const samples = Array.from({ length: out.length }, (_, k) => `${out.timestampsMs[k]}:${bitsText(out, k)}`);
      return [formatLabels(set.labels(i)), samples.join(" ")];
    });
  } finally {
    querier.close();
  }
}

/** Numbers as they are; NaNs by their bits, so that a stale marker is told from the others. */
export function bitsText(columns: SampleColumns, row: number): string {
  const value = columns.values[row];
  if (Object.is(value, -0)) return "-0";
  if (!Number.isNaN(value)) return String(value);
  return `NaN(${columns.valueBits[2 * row + 1].toString(16)} ${columns.valueBits[2 * row].toString(16)})`;
}

/** Samples 15 s apart: `count` of them, the k-th with the value `of(k)`. */
export function every15s(count: number, of: (k: number) => number = (k) => k): [number, number][] {
  return Array.from({ length: count }, (_, k) => [k * 15_000, of(k)]);
}

/** Label sets as they sort. */
export function sortedLabels(series: readonly TestSeries[]): Labels[] {
  return series.map(([labels]) => labelsOf(labels)).sort(compareLabels);
}
