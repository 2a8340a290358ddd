import type { SampleBatch } from "@ferula/model";
import type { Head } from "../head/head.ts";
import { replaySamples, replaySamplesV2, replaySeries } from "./decode-record.ts";
import type { RecordType } from "./records/record-types.ts";
import type { WalRefs } from "./wal-refs.ts";

/** What replaying counts. */
export interface ReplayTally {
  records: number;
  samples: number;
  skippedRecords: number;
  unknownRefs: number;
}

/** What one record is replayed into. */
export interface ReplayContext {
  readonly head: Head;
  readonly walRefs: WalRefs;
  /** Memory for samples, kept from one record to the next. */
  readonly batch: SampleBatch;
  readonly tally: ReplayTally;
}

/** Takes one record of its type into the head. Throws RangeError when it is malformed. */
export type Replayer = (context: ReplayContext, record: Uint8Array) => void;

const skip: Replayer = ({ tally }) => {
  tally.skippedRecords++;
};

/** What becomes of a record, by its type. */
export const replayers: Readonly<Record<RecordType, Replayer>> = {
  series: ({ head, walRefs }, record) => replaySeries(head, walRefs, record),
  samples: (context, record) => appendSamples(context, replaySamples(context.walRefs, record, context.batch)),
  samples_v2: (context, record) => appendSamples(context, replaySamplesV2(context.walRefs, record, context.batch)),
  tombstones: skip,
  exemplars: skip,
  mmapmarkers: skip,
  metadata: skip,
  histogram_samples: skip,
  float_histogram_samples: skip,
  custom_buckets_histogram_samples: skip,
  custom_buckets_float_histogram_samples: skip,
  histogram_samples_v2: skip,
  float_histogram_samples_v2: skip,
};

function appendSamples({ head, batch, tally }: ReplayContext, unknownRefs: number): void {
  tally.unknownRefs += unknownRefs;
  tally.samples += batch.length;
  head.append(batch);
}
