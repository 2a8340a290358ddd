import type { Histogram, Labels } from "@ferula/model";

/** A sample that is brought into a database from elsewhere. */
export interface ImportedSample {
  readonly labels: Labels;
  readonly timestampMs: number;
  readonly value: number | Histogram;
}

/**
 * Gives all samples, some at a time, each time it is called. Series may come in any order; the samples of one series ascend in time within
 * each block's range.
 */
export type SamplePasses = () => AsyncIterable<readonly ImportedSample[]> | Iterable<readonly ImportedSample[]>;
