import type { Labels, MetricMetadata, SampleColumns } from "@ferula/model";
import type { WireExemplar, WireHistogram } from "./columns.ts";

/** A series and what of it is sent. */
export interface OutgoingSeries {
  readonly labels: Labels;
  readonly samples?: SampleColumns;
  /** Beside the samples; remote write 2.0 only. */
  readonly startTimestampsMs?: Float64Array;
  readonly histograms?: readonly WireHistogram[];
  readonly exemplars?: readonly OutgoingExemplar[];
  /** Remote write 2.0 only: 1.0 sends that of families. */
  readonly metadata?: MetricMetadata;
}

/** See `WireExemplar`. */
export type OutgoingExemplar = Omit<WireExemplar, "fault">;

/** What is known of a metric family, as remote write 1.0 sends it. */
export interface OutgoingFamily extends MetricMetadata {
  readonly name: string;
}
