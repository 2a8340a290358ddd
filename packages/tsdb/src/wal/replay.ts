import type { Files } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import { createTimeSlice } from "@ferula/lifecycle";
import { createSampleBatch } from "@ferula/model";
import type { Head } from "../head/head.ts";
import { replaySamples, replaySeries } from "./decode-record.ts";
import { checkpointNumber, RECORD_SAMPLES, RECORD_SERIES, segmentName, segmentNumber } from "./format.ts";
import { repairSegment } from "./repair-segment.ts";
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
  readonly onProgress?: ((progress: ReplayProgress) => void) | undefined;
}

/** The event loop is given a turn after this long. */
const SLICE_MS = 10;

interface Source {
  readonly path: string;
  readonly segment: number;
  readonly isCheckpoint: boolean;
}

/**
 * Reads the newest checkpoint and the segments after it into the head, oldest first, in slices. A segment with damage is repaired
 * afterwards: what could be read of it stays.
 */
export async function replay(deps: ReplayDeps): Promise<ReplaySummary> {
  const { files, logger, folder } = deps;
  const startMs = performance.now();
  const sources = listSources(files, folder);
  const totalBytes = sources.reduce((sum, { path }) => sum + (files.stat(path)?.sizeBytes ?? 0), 0);
  const tally = { records: 0, samples: 0, corruptions: 0, skippedRecords: 0, unknownRefs: 0 };
  const walRefs = new WalRefs();
  let readBytes = 0;
  const lastSegment = sources.at(-1)?.segment ?? -1;
  for (const source of sources) {
    const report = (bytes: number): void => {
      deps.onProgress?.({ segment: source.segment, lastSegment, readBytes: readBytes + bytes, totalBytes });
    };
    const { damages, goodEnd, sizeBytes } = await replaySegment(deps, source, walRefs, tally, report);
    readBytes += sizeBytes;
    if (damages.length === 0) continue;
    tally.corruptions += damages.length;
    for (const { offset, reason } of damages) {
      logger.warn("the write-ahead log is damaged; what follows is read on", { segment: source.path, offset, err: reason });
    }
    if (!source.isCheckpoint) repairSegment(files, logger, source.path, damages, goodEnd);
  }
  return { ...tally, segments: sources.length, nextSegment: lastSegment + 1, seconds: (performance.now() - startMs) / 1000 };
}

function listSources(files: Files, folder: string): Source[] {
  const names = files.readFolder(folder);
  const checkpoints = names.map(checkpointNumber).filter((segment) => segment !== undefined);
  const newest = Math.max(-1, ...checkpoints);
  const sources: Source[] = [];
  const checkpointName = names.find((name) => checkpointNumber(name) === newest);
  if (checkpointName !== undefined) {
    const path = `${folder}/${checkpointName}`;
    for (const name of segmentNames(files.readFolder(path))) sources.push({ path: `${path}/${name}`, segment: newest, isCheckpoint: true });
  }
  for (const name of segmentNames(names)) {
    const segment = Number(name);
    if (segment > newest) sources.push({ path: `${folder}/${name}`, segment, isCheckpoint: false });
  }
  return sources;
}

function segmentNames(names: readonly string[]): string[] {
  return names.filter((name) => segmentNumber(name) !== undefined).sort((a, b) => Number(a) - Number(b));
}

interface Tally {
  records: number;
  samples: number;
  skippedRecords: number;
  unknownRefs: number;
}

interface SegmentResult {
  readonly damages: readonly WalDamage[];
  readonly goodEnd: number;
  readonly sizeBytes: number;
}

async function replaySegment(
  { files, head }: ReplayDeps,
  source: Source,
  walRefs: WalRefs,
  tally: Tally,
  report: (bytes: number) => void,
): Promise<SegmentResult> {
  const file = files.open(source.path, "read");
  try {
    const reader = new SegmentReader(file, `segment ${segmentName(source.segment)}`);
    const batch = createSampleBatch(1024);
    const malformed: WalDamage[] = [];
    const slice = createTimeSlice(SLICE_MS);
    while (reader.next()) {
      const { record, recordStart, recordEnd } = reader;
      const type = record[recordStart];
      tally.records++;
      try {
        if (recordStart < recordEnd && type === RECORD_SERIES) {
          replaySeries(head, walRefs, record, recordStart, recordEnd);
        } else if (recordStart < recordEnd && type === RECORD_SAMPLES) {
          tally.unknownRefs += replaySamples(walRefs, record, recordStart, recordEnd, batch);
          tally.samples += batch.length;
          head.append(batch);
        } else {
          tally.skippedRecords++;
        }
      } catch (error) {
        if ((error as Error).name !== "RangeError") throw error;
        malformed.push({ offset: reader.recordOffset, reason: (error as Error).message });
      }
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
