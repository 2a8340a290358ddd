import type { ClosingStack } from "@ferula/lifecycle";
import { Head } from "../head/head.ts";
import { OutOfOrderLog } from "../head/out-of-order/open.ts";
import { type HeadChunks, openHeadChunks } from "../head/open-head-chunks.ts";
import type { FilledOptions } from "../options.ts";
import { loadSnapshot } from "../snapshot/load-snapshot.ts";
import { replay, type ReplaySummary } from "../wal/replay.ts";
import type { WblSummary } from "../wal/wbl-replay.ts";
import { WalRefs } from "../wal/wal-refs.ts";
import { WalWriter } from "../wal/wal-writer.ts";
import { forgetOldTombstones } from "../head/tombstones.ts";
import { HEAD_CHUNKS_FOLDER, WAL_FOLDER, WBL_FOLDER } from "./folders.ts";
import { forgetDropped } from "./log-tombstones.ts";

/** The head of a database and what it writes to. */
export interface OpenHead {
  readonly head: Head;
  readonly chunks: HeadChunks;
  readonly wal: WalWriter;
  readonly lateLog: OutOfOrderLog;
  readonly replayed: ReplaySummary;
  /** Undefined when there was no log of samples out of order. */
  readonly replayedLate: WblSummary | undefined;
  /** Whether there was a memory snapshot that could not be used. */
  readonly isSnapshotDamaged: boolean;
}

/**
 * Reads the folder into a head: chunk files, the snapshot, both logs. What blocks hold, before `leastValidMs`, is left out. Then begins a
 * new segment of the log. What is damaged is told, and costs what it hit. Adds to `opening` what it opens, also when it fails.
 */
export async function openHead(options: FilledOptions, leastValidMs: number, opening: ClosingStack): Promise<OpenHead> {
  const { dir, files, logger, shared } = options;
  const { chunkRangeMs, samplesPerChunk, floatEncoding, keepsHistogramStarts, storesZeros } = options;
  const head = new Head(shared, { chunkRangeMs, samplesPerChunk, floatEncoding, keepsHistogramStarts, storesZeros });
  head.times.leastValidMs = leastValidMs;
  head.exemplars.configure(options);
  const lateLog = openLateLog(options, head);
  opening.add(() => lateLog.close());
  const chunks = await openHeadChunks({
    head,
    files,
    logger,
    folder: `${dir}/${HEAD_CHUNKS_FOLDER}`,
    writesItself: options.maintainsItself,
  });
  opening.add(() => chunks.close());
  const walRefs = new WalRefs();
  const snapshot = options.snapshotOnClose ? await loadSnapshot({ files, logger, dir, head, walRefs }) : undefined;
  const from = snapshot?.kind === "loaded" ? snapshot.position : undefined;
  const folder = `${dir}/${WAL_FOLDER}`;
  const replayed = await replay({ files, logger, folder, head, walRefs, from, onProgress: options.onReplayProgress });
  logger.info("replayed the write-ahead log", { ...replayed });
  await chunks.endReplay(walRefs);
  const replayedLate = await lateLog.replay(walRefs);
  head.noteWalRef(walRefs.highestMissing);
  head.counters.resetSamples();
  const wal = openLog(options, replayed.nextSegment);
  opening.add(() => wal.close());
  head.headLog = wal;
  head.exemplars.log = wal.segments;
  if (options.logsMetadata) head.metadata.log = wal.segments;
  await forgetDropped(head, walRefs);
  await forgetOldTombstones(head);
  lateLog.configure(options.outOfOrderWindowMs);
  return { head, chunks, wal, lateLog, replayed, replayedLate, isSnapshotDamaged: snapshot?.kind === "damaged" };
}

function openLateLog(options: FilledOptions, head: Head): OutOfOrderLog {
  const { files, logger, dir, outOfOrderCap: cap, walSegmentBytes: segmentBytes, walFsync: fsync, walCompression: compression } = options;
  const { logsStarts: keepsStarts, onWblSync: onSync } = options;
  const folder = `${dir}/${WBL_FOLDER}`;
  return new OutOfOrderLog({ files, logger, folder, head, cap, segmentBytes, fsync, compression, keepsStarts, onSync });
}

function openLog(options: FilledOptions, segment: number): WalWriter {
  const { dir, files, logger, walSegmentBytes: segmentBytes, walFsync: fsync, walCompression: compression, onWalSync: onSync } = options;
  const folder = `${dir}/${WAL_FOLDER}`;
  return new WalWriter({ files, logger, folder, segmentBytes, fsync, compression, keepsStarts: options.logsStarts, onSync }, segment);
}
