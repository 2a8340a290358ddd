import type { Files } from "@ferula/files";
import { createSharedMemory } from "@ferula/kernels";
import { type Logger, noLogger } from "@ferula/logging";
import {
  createHistogramColumns,
  createIntegerHistogram,
  createSampleBatch,
  createSampleColumns,
  type HistogramRow,
  type IntegerHistogram,
  labelsOf,
  type SampleBatch,
} from "@ferula/model";
import { type FloatEncoding, reserveDecodeScratch } from "@ferula/chunks";
import { Head } from "../../src/head/head.ts";
import { type HeadChunks, openHeadChunks } from "../../src/head/open-head-chunks.ts";
import { takeSelection, type SelectionOptions } from "../../src/head/take-selection.ts";
import { HeadChunkReader } from "../../src/head-chunks/head-chunk-reader.ts";
import { type HeadSeriesSet, openHeadSelection } from "../../src/read/open-head-selection.ts";
import type { HeadSelection } from "../../src/read/head-selection.ts";
import { replay, type ReplaySummary } from "../../src/wal/replay.ts";
import { WalRefs } from "../../src/wal/wal-refs.ts";
import { WalWriter } from "../../src/wal/wal-writer.ts";

export const WAL = "/data/wal";
export const CHUNKS = "/data/chunks_head";

/** A head with its log and its files, as a database opens them. */
export interface OpenHead {
  readonly head: Head;
  readonly headChunks: HeadChunks;
  readonly replayed: ReplaySummary;
  readonly wal: WalWriter;
  readonly close: () => Promise<void>;
}

export interface OpenHeadOptions {
  readonly mostFileBytes?: number;
  readonly samplesPerChunk?: number;
  readonly logger?: Logger;
  readonly folder?: string;
  readonly floatEncoding?: FloatEncoding;
  readonly storesZeros?: boolean;
  /** Default: false, as a head that a test left must not write later. */
  readonly writesItself?: boolean;
}

/** A head that was not closed is as if it had been killed. */
export async function openHead(files: Files, options: OpenHeadOptions = {}): Promise<OpenHead> {
  const {
    mostFileBytes,
    samplesPerChunk = 120,
    logger = noLogger,
    folder = "/data",
    floatEncoding,
    storesZeros,
    writesItself = false,
  } = options;
  const head = new Head(createSharedMemory(), { chunkRangeMs: 7_200_000, samplesPerChunk, floatEncoding, storesZeros });
  const headChunks = await openHeadChunks({ head, files, logger, folder: `${folder}/chunks_head`, mostFileBytes, writesItself });
  files.makeFolder(`${folder}/wal`);
  const walRefs = new WalRefs();
  const replayed = await replay({ files, logger, folder: `${folder}/wal`, head, walRefs });
  await headChunks.endReplay(walRefs);
  head.counters.resetSamples();
  const wal = new WalWriter({ files, logger, folder: `${folder}/wal`, segmentBytes: 1 << 24, fsync: "segment" }, replayed.nextSegment);
  head.headLog = wal;
  return {
    head,
    headChunks,
    replayed,
    wal,
    async close() {
      await headChunks.close();
      await wal.close();
    },
  };
}

/** The series `n="<i>"`. */
export function refOf(head: Head, i: number): number {
  return head.seriesRef(labelsOf([["n", String(i)]]));
}

/** `[series, milliseconds, value]`; a whole number of observations becomes a histogram. */
export type Row = readonly [number, number, number | IntegerHistogram];

/** A histogram of `count` observations in two buckets. */
export function histogramOf(count: number): IntegerHistogram {
  return createIntegerHistogram({
    schema: 1,
    zeroThreshold: 0.001,
    zeroCount: 0,
    count: 3 * count,
    sum: count * 1.5,
    positiveSpans: Int32Array.of(0, 2),
    positiveBuckets: Float64Array.of(count, count),
  });
}

export function batchOf(head: Head, rows: readonly Row[]): SampleBatch {
  const floats = rows.filter(([, , value]) => typeof value === "number");
  const batch = createSampleBatch(Math.max(1, floats.length));
  batch.length = floats.length;
  floats.forEach(([series, timestampMs, value], i) => {
    batch.refs[i] = refOf(head, series);
    batch.timestampsMs[i] = timestampMs;
    batch.values[i] = value as number;
  });
  const histograms = rows.flatMap(([series, timestampMs, histogram]): HistogramRow[] =>
    typeof histogram === "number" ? [] : [{ ref: refOf(head, series), timestampMs, startTimestampMs: 0, histogram }],
  );
  return { ...batch, histograms };
}

/** A selection of all series, opened by a reader of its own that decodes as a worker does. */
export function openAll(
  { head }: Pick<OpenHead, "head">,
  files: Files,
  minTimeMs: number,
  maxTimeMs: number,
  options: SelectionOptions = {},
): { readonly selection: HeadSelection; readonly set: HeadSeriesSet; readonly refs: Uint32Array; readonly release: () => void } {
  const refs = Uint32Array.from({ length: head.series.count }, (_, i) => i + 1);
  const selection = takeSelection(head, refs, minTimeMs, maxTimeMs, options);
  const headChunks = new HeadChunkReader({ files, folder: head.finished.files?.folder ?? CHUNKS });
  const set = openHeadSelection(head.shared, selection, { headChunks, decodeScratch: reserveDecodeScratch(head.shared) });
  return {
    selection,
    set,
    refs: refs.subarray(0, selection.seriesCount),
    release() {
      headChunks.close();
      head.slabAllocator.release(selection.pin);
    },
  };
}

/** What a set holds: of each series its samples as `ms:value`, or `ms:h<count>` for a histogram, in the order of time. */
export function contentOf(set: HeadSeriesSet): Record<string, string> {
  const floats = createSampleColumns(4);
  const histograms = createHistogramColumns(4);
  const found: Record<string, string> = {};
  for (let i = 0; i < set.seriesCount; i++) {
    set.read(i, floats);
    const samples: (readonly [number, string])[] = [];
    for (let k = 0; k < floats.length; k++) samples.push([floats.timestampsMs[k], String(floats.values[k])]);
    set.readHistograms(i, histograms);
    for (let k = 0; k < histograms.length; k++) samples.push([histograms.timestampsMs[k], `h${histograms.histograms[k].count / 3}`]);
    samples.sort(([a], [b]) => a - b);
    if (samples.length > 0) found[set.labels(i)[1]] = samples.map(([timeMs, text]) => `${timeMs}:${text}`).join(" ");
  }
  return found;
}

/** Reads all series of a head in a range. */
export function readHead(
  open: Pick<OpenHead, "head">,
  files: Files,
  minTimeMs: number = -Infinity,
  maxTimeMs: number = Infinity,
): Record<string, string> {
  const { set, release } = openAll(open, files, minTimeMs, maxTimeMs);
  const content = contentOf(set);
  release();
  return content;
}

/** What `rows` should read as. */
export function expectedOf(rows: readonly Row[], minTimeMs: number = -Infinity, maxTimeMs: number = Infinity): Record<string, string> {
  const found: Record<string, string[]> = {};
  for (const [series, timestampMs, value] of rows) {
    if (timestampMs < minTimeMs || timestampMs > maxTimeMs) continue;
    const text = typeof value === "number" ? String(value) : `h${value.count / 3}`;
    (found[series] ??= []).push(`${timestampMs}:${text}`);
  }
  return Object.fromEntries(Object.entries(found).map(([series, samples]) => [series, samples.join(" ")]));
}
