import type { ChunkIterator } from "./chunk-iterator.ts";
import { type ChunkEncoding, chunkHeaderBytes, type FloatEncoding, isFloatEncoding } from "./encoding.ts";
import type { FloatAppender } from "./floats/float-appender.ts";
import { XorAppender } from "./floats/xor-appender.ts";
import { XorIterator } from "./floats/xor-iterator.ts";
import { Xor2Appender } from "./floats/xor2-appender.ts";
import { Xor2Iterator } from "./floats/xor2-iterator.ts";
import { histogramHeaders, sampleCountIn } from "./histograms/histogram-header.ts";
import { HistogramIterator } from "./histograms/histogram-iterator.ts";

const iterators: Readonly<Record<ChunkEncoding, (chunk: Uint8Array) => ChunkIterator>> = {
  xor: (chunk) => new XorIterator(chunk),
  xor2: (chunk) => new Xor2Iterator(chunk),
  histogram: (chunk) => new HistogramIterator("histogram", chunk),
  floatHistogram: (chunk) => new HistogramIterator("floatHistogram", chunk),
  histogramSt: (chunk) => new HistogramIterator("histogramSt", chunk),
  floatHistogramSt: (chunk) => new HistogramIterator("floatHistogramSt", chunk),
};

/**
 * Opens a whole chunk (its header first, as in a block's or a head's chunk file) for reading. The bytes are only read, may be a view of a
 * file, and must not change while they are. Throws RangeError when there is no whole header.
 */
export function openChunk(encoding: ChunkEncoding, chunk: Uint8Array): ChunkIterator {
  return iterators[encoding](chunk);
}

/** Starts a chunk of floats, or goes on with one, which is copied. Throws RangeError when that is damaged. */
export function createFloatAppender(encoding: FloatEncoding, chunk?: Uint8Array): FloatAppender {
  return encoding === "xor" ? new XorAppender(chunk) : new Xor2Appender(chunk);
}

/** How many samples the header of a chunk tells of. Throws RangeError when there is no whole header. */
export function chunkSampleCount(encoding: ChunkEncoding, chunk: Uint8Array): number {
  checkHeader(encoding, chunk);
  return isFloatEncoding(encoding) ? (chunk[0] << 8) | chunk[1] : sampleCountIn(chunk, histogramHeaders[encoding]);
}

function checkHeader(encoding: ChunkEncoding, chunk: Uint8Array): void {
  if (chunk.length < chunkHeaderBytes(encoding))
    throw new RangeError(`cannot decode a chunk (${encoding}) of ${chunk.length} bytes: its header is cut off`);
}
