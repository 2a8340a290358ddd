import { createSampleBatch, setStaleAt, type SampleBatch } from "@ferula/model";
import type { Region } from "@ferula/kernels";
import type { Appender } from "@ferula/storage";
import type { BodyReader, Reading, ReadOutcome } from "../body-reader.ts";
import { createMetadataRecord, type MetadataRecord, type TargetMetadata } from "../cache/target-metadata.ts";
import { RefList } from "../cache/ref-list.ts";
import type { Workspace } from "../cache/workspace.ts";
import type { BodyFormat } from "./body-format.ts";

/** Reads the bodies of one target, in whichever format each comes. */
export interface TargetReader extends Omit<BodyReader, "read" | "endAll" | "metadata"> {
  /** As a BodyReader's. A target that has changed its format keeps the series that are still there; the others get stale markers. */
  readonly read: (format: BodyFormat, region: Region, sizeBytes: number, timestampMs: number, workspace: Workspace) => Reading;
  /** What the target says of its metrics, and said in the ten scrapes before, in whichever formats. */
  readonly metadata: () => TargetMetadata;
}

/** The reader of the format in which the last good body came. */
interface FormatReader {
  readonly format: BodyFormat;
  readonly reader: BodyReader;
}

/** A reader that makes one for a format when a body of it comes, and keeps only that of the last body. The series are those of `series`. */
export function createTargetReader(
  makeReader: (format: BodyFormat, record: MetadataRecord) => BodyReader,
  series: Pick<Appender, "epoch" | "isLive">,
): TargetReader {
  const record = createMetadataRecord();
  let current: FormatReader | undefined;
  /** Series that were live in the format before, while nobody has told yet whether they go on; unique, or empty. */
  const left = new RefList();
  /** The epoch of the storage in which all of them were there. */
  let leftEpoch = series.epoch;

  /** Reads a first body in a format. Until one has been read to its end, what was known in the format before counts. */
  function* readOther(format: BodyFormat, region: Region, sizeBytes: number, timestampMs: number, workspace: Workspace): Reading {
    const reader = makeReader(format, record);
    try {
      if (current !== undefined) leave(current.reader.endAll(timestampMs, workspace));
      const outcome = yield* reader.read(region, sizeBytes, timestampMs, workspace);
      current?.reader.free();
      current = { format, reader };
      return outcome;
    } catch (error) {
      reader.free();
      throw error;
    }
  }

  function leave({ refs, length }: SampleBatch): void {
    forgetDropped();
    for (let i = 0; i < length; i++) left.push(refs[i]);
    left.makeUnique();
  }

  /** A body is read in slices, between which the storage may drop series: these need no end, and their references may be others' by now. */
  function forgetDropped(): void {
    if (series.epoch === leftEpoch) return;
    const refs = left.view();
    const isDropped = new Uint8Array(refs.length);
    for (let i = 0; i < refs.length; i++) if (!series.isLive(refs[i], leftEpoch)) isDropped[i] = 1;
    left.removeMet(isDropped);
    leftEpoch = series.epoch;
  }

  /** The outcome of a first body in another format: what it shares with those before is not new, and what it lacks has ended. */
  function joined(outcome: ReadOutcome, timestampMs: number): ReadOutcome {
    const { batch } = outcome;
    const before = left.length;
    left.remove(batch.refs.subarray(0, batch.length));
    if (batch.histograms !== undefined) left.remove(Uint32Array.from(batch.histograms, ({ ref }) => ref));
    const added = Math.max(0, outcome.added - (before - left.length));
    return { ...outcome, batch: withStale(batch, timestampMs), added };
  }

  /** A copy of `batch` with markers for what is left behind. */
  function withStale(batch: SampleBatch, timestampMs: number): SampleBatch {
    if (left.length === 0) return batch;
    const { length } = batch;
    const all = { ...batch, ...createSampleBatch(length + left.length) };
    all.refs.set(batch.refs.subarray(0, length));
    all.timestampsMs.set(batch.timestampsMs.subarray(0, length));
    all.valueBits.set(batch.valueBits.subarray(0, 2 * length));
    if (batch.startTimestampsMs !== undefined) {
      all.startTimestampsMs = new Float64Array(length + left.length);
      all.startTimestampsMs.set(batch.startTimestampsMs.subarray(0, length));
    }
    all.length = length + left.length;
    all.refs.set(left.view(), length);
    all.timestampsMs.fill(timestampMs, length);
    for (let i = length; i < all.length; i++) setStaleAt(all, i);
    left.clear();
    return all;
  }

  return {
    *read(format, region, sizeBytes, timestampMs, workspace) {
      const outcome =
        current?.format === format
          ? yield* current.reader.read(region, sizeBytes, timestampMs, workspace)
          : yield* readOther(format, region, sizeBytes, timestampMs, workspace);
      forgetDropped();
      return left.length === 0 ? outcome : joined(outcome, timestampMs);
    },
    markAllStale(timestampMs, workspace) {
      forgetDropped();
      const batch = current?.reader.markAllStale(timestampMs, workspace) ?? createSampleBatch(0);
      return withStale(batch, timestampMs);
    },
    metadata: () => record.metadata,
    lastSizeBytes: () => current?.reader.lastSizeBytes() ?? 0,
    free() {
      current?.reader.free();
      current = undefined;
      record.clear();
      left.clear();
    },
  };
}
