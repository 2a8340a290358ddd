import type { Files } from "@ferula/files";
import { createSharedMemory } from "@ferula/kernels";
import { type Logger, noLogger } from "@ferula/logging";
import {
  createFloatHistogram,
  createHistogramColumns,
  createIntegerHistogram,
  createSampleBatch,
  createSampleColumns,
  type Histogram,
  type HistogramRow,
  labelsOf,
  type SampleBatch,
} from "@ferula/model";
import { reserveDecodeScratch } from "@ferula/chunks";
import type { ChunkRules } from "../../../src/head/float-chunks.ts";
import { Head } from "../../../src/head/head.ts";
import { openHeadChunks } from "../../../src/head/open-head-chunks.ts";
import { OutOfOrderLog } from "../../../src/head/out-of-order/open.ts";
import { type SelectionOptions, takeSelection } from "../../../src/head/take-selection.ts";
import { HeadChunkReader } from "../../../src/head-chunks/head-chunk-reader.ts";
import { openHeadSelection } from "../../../src/read/open-head-selection.ts";
import { replay } from "../../../src/wal/replay.ts";
import { WalRefs } from "../../../src/wal/wal-refs.ts";
import { WalWriter } from "../../../src/wal/wal-writer.ts";
import type { WblSummary } from "../../../src/wal/wbl-replay.ts";

export const RANGE_MS = 7_200_000;

export interface LateOptions extends Partial<ChunkRules> {
  readonly windowMs?: number;
  readonly cap?: number;
  readonly logger?: Logger;
  readonly folder?: string;
  readonly fsync?: "segment" | "commit";
  readonly keepsStarts?: boolean;
  readonly segmentBytes?: number;
}

/** A head that takes samples out of order, with both logs and its files, as a database opens them. */
export interface LateHead {
  readonly head: Head;
  readonly late: OutOfOrderLog;
  readonly wbl: WblSummary | undefined;
  readonly close: () => Promise<void>;
}

/** A head that was not closed is as if it had been killed. */
export async function openLate(files: Files, options: LateOptions = {}): Promise<LateHead> {
  const { windowMs = RANGE_MS, cap = 32, logger = noLogger, folder = "/data", fsync = "segment", keepsStarts = false } = options;
  const { segmentBytes = 1 << 24, ...rules } = options;
  const head = new Head(createSharedMemory(), { chunkRangeMs: RANGE_MS, samplesPerChunk: 120, ...rules });
  const log = { files, logger, segmentBytes, fsync, compression: "none", keepsStarts } as const;
  const late = new OutOfOrderLog({ ...log, folder: `${folder}/wbl`, head, cap });
  const headChunks = await openHeadChunks({ head, files, logger, folder: `${folder}/chunks_head` });
  files.makeFolder(`${folder}/wal`);
  const walRefs = new WalRefs();
  const replayed = await replay({ files, logger, folder: `${folder}/wal`, head, walRefs });
  await headChunks.endReplay(walRefs);
  const wbl = await late.replay(walRefs);
  head.counters.resetSamples();
  const wal = new WalWriter({ ...log, folder: `${folder}/wal` }, replayed.nextSegment);
  head.headLog = wal;
  late.configure(windowMs);
  return {
    head,
    late,
    wbl,
    async close() {
      await headChunks.close();
      await wal.close();
      await late.close();
    },
  };
}

/** The series `n="<i>"`. */
export function refOf(head: Head, i: number | string): number {
  return head.seriesRef(labelsOf([["n", String(i)]]));
}

/** `[series, milliseconds, value]`. */
export type Row = readonly [number | string, number, number | Histogram];

/** A histogram of `count` observations in each of two buckets. */
export function histogramOf(count: number, kind: Histogram["kind"] = "integer"): Histogram {
  const fields = { schema: 1, zeroThreshold: 0.001, count: 2 * count, sum: count * 1.5, positiveSpans: Int32Array.of(0, 2) };
  return kind === "integer"
    ? createIntegerHistogram({ ...fields, positiveBuckets: Float64Array.of(count, 0) })
    : createFloatHistogram({ ...fields, positiveBuckets: Float64Array.of(count, count) });
}

/** Floats go before histograms. */
export function batchOf(head: Head, rows: readonly Row[]): SampleBatch {
  const batch = createSampleBatch(Math.max(1, rows.length));
  const histograms: HistogramRow[] = [];
  for (const [series, timestampMs, value] of rows) {
    const ref = refOf(head, series);
    if (typeof value !== "number") {
      histograms.push({ ref, timestampMs, startTimestampMs: 0, histogram: value });
      continue;
    }
    batch.refs[batch.length] = ref;
    batch.timestampsMs[batch.length] = timestampMs;
    batch.values[batch.length++] = value;
  }
  return { ...batch, histograms };
}

/** Appends and returns what of the outcome is not zero. */
export function append(head: Head, rows: readonly Row[]): Partial<ReturnType<Head["append"]>> {
  const outcome = head.append(batchOf(head, rows));
  return Object.fromEntries(Object.entries(outcome).filter(([, count]) => count !== 0));
}

/** A histogram is told as its kind's first letter and its count. */
export function textOf(value: number | Histogram): string {
  if (typeof value === "number") return String(value);
  return value.isStale ? "stale" : `h${value.count / 2}`;
}

/** What a head holds: of each series the samples by their times. */
export type Content = Map<string, Map<number, string>>;

/** Reads all series of a head. Fails where the samples of a series don't ascend. */
export function contentOf(head: Head, files: Files, options: SelectionOptions = {}, minMs = -Infinity, maxMs = Infinity): Content {
  const selection = takeSelection(head, head.series.liveRefs(), minMs, maxMs, options);
  const headChunks = new HeadChunkReader({ files, folder: head.finished.files?.folder ?? "" });
  const set = openHeadSelection(head.shared, selection, { headChunks, decodeScratch: reserveDecodeScratch(head.shared) });
  const floats = createSampleColumns(4);
  const histograms = createHistogramColumns(4);
  const content: Content = new Map();
  for (let i = 0; i < set.seriesCount; i++) {
    const samples = new Map<number, string>();
    set.read(i, floats);
    for (let k = 0; k < floats.length; k++) add(samples, floats.timestampsMs[k], textOf(floats.values[k]));
    set.readHistograms(i, histograms);
    for (let k = 0; k < histograms.length; k++) add(samples, histograms.timestampsMs[k], textOf(histograms.histograms[k]));
    if (samples.size > 0) content.set(set.labels(i)[1], samples);
  }
  headChunks.close();
  head.release(selection.pin);
  return content;
}

/** `ms:value` of each sample, by time. */
export function samplesOf(head: Head, files: Files, series: number | string): string {
  const samples = [...(contentOf(head, files).get(String(series)) ?? [])].sort(([a], [b]) => a - b);
  return samples.map(([timeMs, text]) => `${timeMs}:${text}`).join(" ");
}

function add(samples: Map<number, string>, timeMs: number, text: string): void {
  if (samples.has(timeMs)) throw new Error(`two samples at ${timeMs}: ${samples.get(timeMs) ?? ""} and ${text}`);
  samples.set(timeMs, text);
}
