import type { Files } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import { createTimeSlice, type TimeSlice } from "@ferula/lifecycle";
import { createSampleBatch } from "@ferula/model";
import type { Head } from "../head/head.ts";
import type { LogPosition } from "../snapshot/snapshot-folder.ts";
import { segmentName } from "./format.ts";
import { listLogSources, type LogSource } from "./log-folder.ts";
import { recordTypeOf } from "./records/record-types.ts";
import { repairSegment } from "./repair-segment.ts";
import { ReplayBuffer } from "./replay-buffer.ts";
import { type ReplayContext, replayers } from "./replayers.ts";
import { SegmentReader, type WalDamage } from "./segment-reader.ts";
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
  /** Records of types that are not kept yet: tombstones, exemplars, histograms, metadata. */
  readonly skippedRecords: number;
  /** Samples of series that the log does not tell of (any more). */
  readonly unknownRefs: number;
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
  const tally = { records: 0, samples: 0, corruptions: 0, skippedRecords: 0, unknownRefs: 0 };
  const context: ReplayContext = {
    head: deps.head,
    walRefs: deps.walRefs ?? new WalRefs(),
    buffer: new ReplayBuffer(deps.head),
    batch: createSampleBatch(1024),
    startsBatch: createSampleBatch(0),
    tally,
  };
  const { encoder } = deps.head.floats;
  encoder.spareBytes = SPARE_CHUNK_BYTES;
  let readBytes = 0;
  const lastSegment = all.at(-1)?.segment ?? -1;
  for (const source of sources) {
    const report = (bytes: number): void => {
      deps.onProgress?.({ segment: source.segment, lastSegment, readBytes: readBytes + bytes, totalBytes });
    };
    const { damages, goodEnd, sizeBytes } = await replaySegment(deps, source, context, report);
    readBytes += sizeBytes;
    if (damages.length === 0) continue;
    tally.corruptions += damages.length;
    for (const { offset, reason } of damages) {
      logger.warn("the write-ahead log is damaged; what follows is read on", { segment: source.path, offset, err: reason });
    }
    if (!source.isCheckpoint) repairSegment(files, logger, source.path, damages, goodEnd);
  }
  await appendWaiting(context.buffer, createTimeSlice(SLICE_MS));
  encoder.spareBytes = 0;
  return { ...tally, segments: sources.length, nextSegment: lastSegment + 1, seconds: (performance.now() - startMs) / 1000 };
}

async function appendWaiting(buffer: ReplayBuffer, slice: TimeSlice): Promise<void> {
  while (buffer.appendSome()) if (slice.isSpent()) await slice.yield();
}

interface SegmentResult {
  readonly damages: readonly WalDamage[];
  readonly goodEnd: number;
  readonly sizeBytes: number;
}

async function replaySegment(
  { files, from }: ReplayDeps,
  source: LogSource,
  context: ReplayContext,
  report: (bytes: number) => void,
): Promise<SegmentResult> {
  const file = files.open(source.path, "read");
  try {
    const reader = new SegmentReader(file, `segment ${segmentName(source.segment)}`);
    const malformed: WalDamage[] = [];
    const slice = createTimeSlice(SLICE_MS);
    const startOffset = from?.segment === source.segment && !source.isCheckpoint ? from.offset : 0;
    while (reader.next()) {
      if (reader.recordOffset < startOffset) continue;
      const type = recordTypeOf(reader.record);
      context.tally.records++;
      try {
        if (type === undefined) context.tally.skippedRecords++;
        else replayers[type](context, reader.record);
      } catch (error) {
        if ((error as Error).name !== "RangeError") throw error;
        malformed.push({ offset: reader.recordOffset, reason: (error as Error).message });
      }
      if (context.buffer.isFull) await appendWaiting(context.buffer, slice);
      if (slice.isSpent()) {
        report(reader.offset);
        await slice.yield();
      }
    }
    report(reader.offset);
    return { damages: [...reader.damages, ...malformed], goodEnd: reader.goodEnd, sizeBytes: file.size() };
  } finally {
    file.close();
  }
}
