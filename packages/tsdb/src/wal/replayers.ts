import type { SampleBatch } from "@ferula/model";
import { replayExemplars } from "../exemplars/replay-exemplars.ts";
import type { Head } from "../head/head.ts";
import { replayMetadata } from "../metadata/replay-metadata.ts";
import { replayHistograms, replaySamples, replaySamplesV2, replaySeries } from "./decode-record.ts";
import type { RecordType } from "./records/record-types.ts";
import type { ReplayBuffer } from "./replay-buffer.ts";
import { replayTombstones } from "./replay-tombstones.ts";
import type { UnknownRefs } from "./unknown-refs.ts";
import type { WalRefs } from "./wal-refs.ts";

/** What replaying counts. */
export interface ReplayTally {
  records: number;
  samples: number;
  skippedRecords: number;
  readonly unknownRefs: UnknownRefs;
}

/** What one record is replayed into. */
export interface ReplayContext {
  readonly head: Head;
  readonly walRefs: WalRefs;
  /** Where samples wait for the head. */
  readonly buffer: ReplayBuffer;
  /** Room for the references of a block's rows. */
  readonly rowRefs: Uint32Array;
  /** Memory for samples, kept from one record to the next. */
  readonly batch: SampleBatch;
  /** The same for samples with start timestamps. */
  readonly startsBatch: SampleBatch;
  readonly tally: ReplayTally;
}

/** Takes one record of its type into the head. Throws RangeError when it is malformed. */
export type Replayer = (context: ReplayContext, record: Uint8Array) => void;

const skip: Replayer = ({ tally }) => {
  tally.skippedRecords++;
};

/** What becomes of a record, by its type. */
export const replayers: Readonly<Record<RecordType, Replayer>> = {
  series: replaySeries,
  samples: replayRows,
  samples_v2: replayRowsWithStarts,
  tombstones: replayTombstones,
  exemplars: replayExemplars,
  mmapmarkers: skip,
  metadata: replayMetadata,
  histogram_samples: replayHistogramRows,
  float_histogram_samples: replayHistogramRows,
  custom_buckets_histogram_samples: replayHistogramRows,
  custom_buckets_float_histogram_samples: replayHistogramRows,
  histogram_samples_v2: replayHistogramRows,
  float_histogram_samples_v2: replayHistogramRows,
};

function replayRows({ walRefs, buffer, batch, tally }: ReplayContext, record: Uint8Array): void {
  tally.unknownRefs.samples += replaySamples(walRefs, record, batch);
  tally.samples += batch.length;
  buffer.add(batch);
}

function replayRowsWithStarts({ head, walRefs, buffer, startsBatch, tally }: ReplayContext, record: Uint8Array): void {
  tally.unknownRefs.samples += replaySamplesV2(walRefs, record, startsBatch);
  tally.samples += startsBatch.length;
  if (head.floats.encoder.encoding === "xor") {
    // It keeps no start timestamps.
    buffer.add(startsBatch);
    return;
  }
  buffer.appendAll();
  head.append(startsBatch);
}

function replayHistogramRows({ walRefs, buffer, tally }: ReplayContext, record: Uint8Array): void {
  const { rows, unknownRefs } = replayHistograms(walRefs, record);
  tally.unknownRefs.histograms += unknownRefs;
  tally.samples += rows.length;
  if (rows.length > 0) buffer.appendHistograms(rows);
}
