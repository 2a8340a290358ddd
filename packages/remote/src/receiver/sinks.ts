import type { ExemplarRow, MetricMetadata } from "@ferula/model";

/** Takes exemplars of series that the storage has, and tells how many it can't keep. Throws where they can't be logged. */
export type ExemplarSink = (rows: readonly ExemplarRow[]) => {
  /** Those that came too late: a sender of 2.0 is told of them. */
  readonly outOfOrder: number;
  /** Those with more text in their labels than may be. */
  readonly tooLong: number;
  readonly unknownSeries: number;
};

/** What is known of a series. */
export interface SeriesMetadataRow extends MetricMetadata {
  readonly ref: number;
}

/** Takes metadata of series that the storage has. Throws where it can't be logged. */
export type SeriesMetadataSink = (rows: readonly SeriesMetadataRow[]) => unknown;
