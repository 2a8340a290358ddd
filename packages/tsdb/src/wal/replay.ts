import type { Files } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import { createTimeSlice, type TimeSlice } from "@ferula/lifecycle";
import { createSampleBatch } from "@ferula/model";
import type { Head } from "../head/head.ts";
import type { LogPosition } from "../snapshot/snapshot-folder.ts";
import type { ReadSource, SegmentEnd } from "./block-filler.ts";
import { PAGE_BYTES, segmentName } from "./format.ts";
import { listLogSources, type LogSource } from "./log-folder.ts";
import { MOST_ROWS } from "./read-ahead-block.ts";
import { type BlockReader, createBlockReader, readerFor, type StartReader } from "./read-ahead.ts";
import { repairSegment } from "./repair-segment.ts";
import { replayRecordOf } from "./replay-block.ts";
import { ReplayBuffer } from "./replay-buffer.ts";
import type { ReplayContext } from "./replayers.ts";
import type { WalDamage } from "./segment-reader.ts";
import { countUnknown, noUnknownRefs, type UnknownRefs } from "./unknown-refs.ts";
import { WalRefs } from "./wal-refs.ts";

/** How far replaying is. */
export interface ReplayProgress {
  readonly segment: number;
  readonly lastSegment: number;
  readonly readBytes: number;
  readonly totalBytes: number;
}

/** What replaying found. */
export interface ReplaySummary {
  readonly segments: number;
  /** The next segment to write. */
  readonly nextSegment: number;
  readonly records: number;
  readonly samples: number;
  /** Places that could not be read: torn ends and damage. */
  readonly corruptions: number;
  /** Records that mean nothing here: of types to come, and markers, which belong to the log of samples out of order. */
  readonly skippedRecords: number;
  readonly unknownRefs: Readonly<UnknownRefs>;
  readonly seconds: number;
}

/** What replaying needs. */
export interface ReplayDeps {
  readonly files: Files;
  readonly logger: Logger;
  /** The log's folder; it exists. */
  readonly folder: string;
  readonly head: Head;
  /** Filled with what the log's references mean. Default: one for the replay alone. */
  readonly walRefs?: WalRefs | undefined;
  /** What the log tells before this place is in the head already. */
  readonly from?: LogPosition | undefined;
  readonly onProgress?: ((progress: ReplayProgress) => void) | undefined;
  /** Starts the thread that reads ahead. Default: one where the log is long, on the machine's files. */
  readonly startReader?: StartReader | undefined;
}

/** The event loop is given a turn after this long. */
const SLICE_MS = 10;

/** Half of what the usual chunk comes to. */
const SPARE_CHUNK_BYTES = 48;

/**
 * Reads the newest checkpoint and the segments after it into the head, oldest first, in slices. A segment with damage is repaired
 * afterwards: what could be read of it stays.
 */
export async function replay(deps: ReplayDeps): Promise<ReplaySummary> {
  const { files, logger, folder } = deps;
  const startMs = performance.now();
  const all = listLogSources(files, folder);
  const { from } = deps;
  const sources = from === undefined ? all : all.filter(({ segment }) => segment >= from.segment);
  const totalBytes = sources.reduce((sum, { path }) => sum + (files.stat(path)?.sizeBytes ?? 0), 0);
  const tally = { records: 0, samples: 0, corruptions: 0, skippedRecords: 0, unknownRefs: noUnknownRefs() };
  const context: ReplayContext = {
    head: deps.head,
    walRefs: deps.walRefs ?? new WalRefs(),
    buffer: new ReplayBuffer(deps.head),
    rowRefs: new Uint32Array(MOST_ROWS),
    batch: createSampleBatch(1024),
    startsBatch: createSampleBatch(0),
    tally,
  };
  const { encoder } = deps.head.floats;
  encoder.spareBytes = SPARE_CHUNK_BYTES;
  let readBytes = 0;
  const lastSegment = all.at(-1)?.segment ?? -1;
  const startReader = deps.startReader ?? readerFor(files, totalBytes);
  const reader = createBlockReader({ files, logger, sources: sources.map((source) => readSourceOf(source, from)), startReader });
  try {
    for (const source of sources) {
      const report = (bytes: number): void => {
        deps.onProgress?.({ segment: source.segment, lastSegment, readBytes: readBytes + bytes, totalBytes });
      };
      const { damages, goodEnd, sizeBytes } = await replaySegment(reader, source, context, report);
      readBytes += sizeBytes;
      if (damages.length === 0) continue;
      tally.corruptions += damages.length;
      for (const { offset, reason } of damages) {
        logger.warn("the write-ahead log is damaged; what follows is read on", { segment: source.path, offset, err: reason });
      }
      if (!source.isCheckpoint) repairSegment(files, logger, source.path, damages, goodEnd);
    }
  } finally {
    await reader.close();
  }
  await appendWaiting(context.buffer, createTimeSlice(SLICE_MS));
  encoder.spareBytes = 0;
  // What was written of a series always stands behind the series itself: part of a checkpoint or of the log is gone.
  if (countUnknown(tally.unknownRefs) > 0) logger.warn("Unknown series references", { ...tally.unknownRefs });
  return { ...tally, segments: sources.length, nextSegment: lastSegment + 1, seconds: (performance.now() - startMs) / 1000 };
}

function readSourceOf({ path, segment, isCheckpoint }: LogSource, from: LogPosition | undefined): ReadSource {
  const startOffset = from?.segment === segment && !isCheckpoint ? from.offset : 0;
  return { path, name: `segment ${segmentName(segment)}`, startOffset };
}

async function appendWaiting(buffer: ReplayBuffer, slice: TimeSlice): Promise<void> {
  while (buffer.appendSome()) if (slice.isSpent()) await slice.yield();
}

async function replaySegment(
  reader: BlockReader,
  source: LogSource,
  context: ReplayContext,
  report: (bytes: number) => void,
): Promise<SegmentEnd> {
  const malformed: WalDamage[] = [];
  const slice = createTimeSlice(SLICE_MS);
  for (;;) {
    const block = await reader.next();
    if (block === undefined) throw new Error(`BUG: ${source.path} was not read`);
    const { recordCount, readOffset, end } = block.content;
    for (let at = 0; at < recordCount; at++) {
      context.tally.records++;
      try {
        replayRecordOf(block, at, context);
      } catch (error) {
        if ((error as Error).name !== "RangeError") throw error;
        malformed.push({ offset: block.memory.offsets[at], reason: (error as Error).message });
      }
      if (context.buffer.isFull) await appendWaiting(context.buffer, slice);
      if (!slice.isSpent()) continue;
      report(readOffset);
      await slice.yield();
    }
    if (end === undefined) continue;
    report(readOffset);
    const { damages, goodEnd, sizeBytes } = end;
    // Whoever writes a checkpoint fills its last page.
    if (source.isCheckpoint && sizeBytes % PAGE_BYTES !== 0) malformed.push({ offset: sizeBytes, reason: "the checkpoint is cut short" });
    return { damages: [...damages, ...malformed], goodEnd, sizeBytes };
  }
}
