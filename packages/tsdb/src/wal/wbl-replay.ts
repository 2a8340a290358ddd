import { type Files, readAgain } from "@ferula/files";
import { createTimeSlice } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import { createSampleBatch, type SampleBatch } from "@ferula/model";
import type { Head } from "../head/head.ts";
import { LateReplay } from "../head/out-of-order/replay-late.ts";
import type { HeadTombstones } from "../head/tombstones.ts";
import { replayHistograms, replaySamples, replaySamplesV2 } from "./decode-record.ts";
import { segmentName } from "./format.ts";
import { listLogSources, type LogSource } from "./log-folder.ts";
import { isHistogramRecord } from "./records/histograms.ts";
import { decodeMmapMarkers } from "./records/mmap-markers.ts";
import { recordTypeOf } from "./records/record-types.ts";
import { decodeTombstoneRows } from "./records/tombstones.ts";
import { repairSegment } from "./repair-segment.ts";
import { SegmentReader, type WalDamage } from "./segment-reader.ts";
import type { WalRefs } from "./wal-refs.ts";

/** What replaying the log of samples out of order found. */
export interface WblSummary {
  readonly segments: number;
  /** The next segment to write. */
  readonly nextSegment: number;
  readonly samples: number;
  /** Places that could not be read: torn ends and damage. */
  readonly corruptions: number;
  /** Samples and markers of series that the write-ahead log does not tell of (any more), by upstream's names. */
  readonly unknownRefs: { readonly samples: number; readonly histograms: number; readonly mmap_markers: number };
  readonly seconds: number;
}

/** What replaying it found, and what is left to do. */
export interface WblReplay {
  readonly summary: WblSummary;
  /** What it told was taken into this. */
  readonly late: LateReplay;
  /** Whether records may be missing before others, or of a whole segment; not only the end, as a crash leaves it. */
  readonly hasHoles: boolean;
  /** Takes what can't be read out of the segments, so that the next start does not see that it was there. */
  readonly repair: () => void;
}

/** What replaying it needs. */
export interface WblReplayDeps {
  readonly files: Files;
  readonly logger: Logger;
  /** The log's folder; it exists. */
  readonly folder: string;
  readonly head: Pick<Head, "outOfOrder" | "tombstones">;
  /** What the write-ahead log, which was replayed before, calls the series. */
  readonly walRefs: WalRefs;
}

/** The event loop is given a turn after this long. */
const SLICE_MS = 10;

/**
 * Reads all segments, oldest first, in slices; the chunks of samples out of order that were found in files are known already. Damage costs
 * what it hit, and a segment that can't be opened itself.
 */
export async function replayWbl(deps: WblReplayDeps): Promise<WblReplay> {
  const startMs = performance.now();
  const sources = listLogSources(deps.files, deps.folder);
  const context = createContext(deps);
  const damaged: DamagedSource[] = [];
  for (const source of sources) {
    const result = await replaySource(deps, source, context);
    if (result.damages.length > 0) damaged.push({ source, ...result });
  }
  const summary = {
    segments: sources.length,
    nextSegment: (sources.at(-1)?.segment ?? -1) + 1,
    samples: context.samples,
    corruptions: damaged.reduce((count, { damages }) => count + damages.length, 0),
    unknownRefs: context.unknownRefs,
    seconds: (performance.now() - startMs) / 1000,
  };
  return {
    summary,
    late: context.late,
    hasHoles: damaged.some((one) => one.source !== sources.at(-1) || !isTornEnd(one)),
    repair() {
      for (const { source, damages, goodEnd } of damaged)
        if (goodEnd !== undefined) repairSegment(deps.files, deps.logger, source.path, damages, goodEnd);
    },
  };
}

/** What could not be read of a segment. */
interface SegmentResult {
  readonly damages: readonly WalDamage[];
  /** Up to here it is whole; undefined when it could not be read at all. */
  readonly goodEnd: number | undefined;
}

interface DamagedSource extends SegmentResult {
  readonly source: LogSource;
}

function isTornEnd({ damages, goodEnd = Infinity }: SegmentResult): boolean {
  return damages.every(({ offset }) => offset >= goodEnd);
}

interface Context {
  readonly late: LateReplay;
  readonly tombstones: HeadTombstones;
  readonly walRefs: WalRefs;
  /** Memory that is kept from record to record. */
  readonly batch: SampleBatch;
  readonly startsBatch: SampleBatch;
  samples: number;
  readonly unknownRefs: { samples: number; histograms: number; mmap_markers: number };
}

function createContext({ head, walRefs }: WblReplayDeps): Context {
  return {
    late: new LateReplay(head.outOfOrder),
    tombstones: head.tombstones,
    walRefs,
    batch: createSampleBatch(1024),
    startsBatch: createSampleBatch(0),
    samples: 0,
    unknownRefs: { samples: 0, histograms: 0, mmap_markers: 0 },
  };
}

async function replaySource({ files, logger }: WblReplayDeps, source: LogSource, context: Context): Promise<SegmentResult> {
  let found: SegmentResult;
  try {
    found = await replaySegment(files, source, context);
  } catch (error) {
    if (typeof (error as { readonly code?: unknown }).code !== "string") throw error;
    logger.error("cannot read a segment of the out-of-order log", { segment: source.path, err: error });
    return { damages: [{ offset: 0, reason: (error as Error).message }], goodEnd: undefined };
  }
  for (const { offset, reason } of found.damages) {
    logger.warn("the out-of-order log is damaged; what follows is read on", { segment: source.path, offset, err: reason });
  }
  return found;
}

async function replaySegment(files: Files, source: LogSource, context: Context): Promise<SegmentResult> {
  const file = readAgain(() => files.open(source.path, "read"));
  try {
    const reader = new SegmentReader(file, `segment ${segmentName(source.segment)} of the out-of-order log`);
    const malformed: WalDamage[] = [];
    const slice = createTimeSlice(SLICE_MS);
    while (reader.next()) {
      try {
        replayRecord(context, reader.record);
      } catch (error) {
        if ((error as Error).name !== "RangeError") throw error;
        malformed.push({ offset: reader.recordOffset, reason: (error as Error).message });
      }
      if (slice.isSpent()) await slice.yield();
    }
    return { damages: [...reader.damages, ...malformed], goodEnd: reader.goodEnd };
  } finally {
    file.close();
  }
}

function replayRecord(context: Context, record: Uint8Array): void {
  const { walRefs, batch, startsBatch, unknownRefs } = context;
  const type = recordTypeOf(record);
  if (type === "samples") {
    unknownRefs.samples += replaySamples(walRefs, record, batch);
    takeSamples(context, batch);
  } else if (type === "samples_v2") {
    unknownRefs.samples += replaySamplesV2(walRefs, record, startsBatch);
    takeSamples(context, startsBatch);
  } else if (type === "mmapmarkers") {
    takeMarkers(context, record);
  } else if (type === "tombstones") {
    takeTombstones(context, record);
  } else if (type !== undefined && isHistogramRecord(type)) {
    const { rows, unknownRefs: unknown } = replayHistograms(walRefs, record);
    unknownRefs.histograms += unknown;
    context.samples += rows.length;
    context.late.histograms(rows);
  }
}

function takeSamples(context: Context, batch: SampleBatch): void {
  context.samples += batch.length;
  context.late.samples(batch);
}

function takeMarkers({ late, walRefs, unknownRefs }: Context, record: Uint8Array): void {
  const rows = decodeMmapMarkers(record).map(({ ref, chunkRef }) => ({ ref: walRefs.find(ref), chunkRef }));
  for (const { ref } of rows) if (ref === 0) unknownRefs.mmap_markers++;
  late.markers(rows);
}

function takeTombstones({ walRefs, tombstones }: Context, record: Uint8Array): void {
  for (const { ref: walRef, interval } of decodeTombstoneRows(record)) {
    const ref = walRefs.find(walRef);
    if (ref !== 0) tombstones.add(ref, interval);
  }
}
