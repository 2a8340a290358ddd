import type { CounterResetHint } from "@ferula/model";
import type { HistogramEncoding } from "../encoding.ts";

/**
 * Where the header keeps what a histogram encoding has in it. Plain chunks have a count of 16 bits and a byte of flags; those with start
 * timestamps need that byte and put the flags into the highest bits of the count. Source: tsdb/chunkenc/histogram.go, histogram_st.go.
 */
export interface HistogramHeader {
  readonly isInteger: boolean;
  readonly hasStartTimestamps: boolean;
  /** The byte whose two highest bits tell of the counter reset with which the chunk began. */
  readonly resetByte: number;
  /** The most samples that can be counted, also the mask of the count. */
  readonly mostSamples: number;
}

const plain = { hasStartTimestamps: false, resetByte: 2, mostSamples: 0xffff } as const;
const withStart = { hasStartTimestamps: true, resetByte: 0, mostSamples: 0x3fff } as const;

export const histogramHeaders: Readonly<Record<HistogramEncoding, HistogramHeader>> = {
  histogram: { isInteger: true, ...plain },
  floatHistogram: { isInteger: false, ...plain },
  histogramSt: { isInteger: true, ...withStart },
  floatHistogramSt: { isInteger: false, ...withStart },
};

/** The two highest bits of the reset byte, by their meaning. */
export const RESET_BITS: Readonly<Record<CounterResetHint, number>> = { unknown: 0x00, not_reset: 0x40, reset: 0x80, gauge: 0xc0 };

const resets: readonly CounterResetHint[] = ["unknown", "not_reset", "reset", "gauge"];

/** How many samples the header of a chunk tells of. */
export function sampleCountIn(chunk: Uint8Array, { mostSamples }: HistogramHeader): number {
  return ((chunk[0] << 8) | chunk[1]) & mostSamples;
}

/** Whether the chunk began with a counter reset, as its header tells. */
export function counterResetIn(chunk: Uint8Array, { resetByte }: HistogramHeader): CounterResetHint {
  return resets[chunk[resetByte] >>> 6];
}
