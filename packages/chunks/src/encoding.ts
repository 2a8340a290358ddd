/**
 * How a chunk's samples are written, as names; on disk each is a byte. The two ending in St keep start timestamps beside the samples, as
 * xor2 may. Source: tsdb/chunkenc/chunk.go.
 */
export type ChunkEncoding = FloatEncoding | HistogramEncoding;

/** Encodings of float samples. */
export type FloatEncoding = "xor" | "xor2";

/** Encodings of histograms: all of a chunk are integer histograms, or all are float histograms. */
export type HistogramEncoding = "histogram" | "floatHistogram" | "histogramSt" | "floatHistogramSt";

/** The byte of each encoding in chunk files. */
export const CHUNK_ENCODING_BYTES: Readonly<Record<ChunkEncoding, number>> = {
  xor: 1,
  histogram: 2,
  floatHistogram: 3,
  xor2: 4,
  histogramSt: 5,
  floatHistogramSt: 6,
};

const encodingsByByte: ReadonlyMap<number, ChunkEncoding> = new Map(
  Object.entries(CHUNK_ENCODING_BYTES).map(([encoding, byte]) => [byte, encoding as ChunkEncoding]),
);

/** The encoding of a byte in a chunk file, or undefined where there is none. */
export function chunkEncodingOf(byte: number): ChunkEncoding | undefined {
  return encodingsByByte.get(byte);
}

/** Whether chunks of this encoding hold float samples. */
export function isFloatEncoding(encoding: ChunkEncoding): encoding is FloatEncoding {
  return encoding === "xor" || encoding === "xor2";
}

/** The size at which a chunk of histograms is full, if it has `LEAST_HISTOGRAMS_PER_CHUNK`. */
export const TARGET_HISTOGRAM_CHUNK_BYTES: number = 1024;

/** Chunks with fewer histograms are not full whatever their size: one may be larger than a chunk's target. */
export const LEAST_HISTOGRAMS_PER_CHUNK = 10;

/** The count of samples, with which every chunk begins. */
export const COUNT_BYTES = 2;

/** How long the header is: the count of samples, and a byte of flags or of start timestamps in all encodings but xor. */
export function chunkHeaderBytes(encoding: ChunkEncoding): number {
  return encoding === "xor" ? COUNT_BYTES : COUNT_BYTES + 1;
}
