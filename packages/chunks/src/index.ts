export { type ChunkIterator, SAMPLE_TYPES, type SampleType } from "./chunk-iterator.ts";
export {
  createChunkReader,
  MOST_RUN_BYTES,
  MOST_RUN_CHUNKS,
  type ReadRun,
  reserveDecodeScratch,
  type ChunkReader,
} from "./chunk-reader.ts";
export {
  CHUNK_ENCODING_BYTES,
  type ChunkEncoding,
  chunkEncodingOf,
  type FloatEncoding,
  type HistogramEncoding,
  isFloatEncoding,
  LEAST_HISTOGRAMS_PER_CHUNK,
  TARGET_HISTOGRAM_CHUNK_BYTES,
} from "./encoding.ts";
export { decodeFloatChunk } from "./floats/decode-floats.ts";
export { type FloatAppender, type FloatRows, MOST_FLOATS_PER_CHUNK } from "./floats/float-appender.ts";
export { HistogramAppender, type HistogramAppendOptions, type HistogramOutcome } from "./histograms/histogram-appender.ts";
export { chunkSampleCount, createFloatAppender, openChunk } from "./open-chunk.ts";
export { PAGE_BYTES, PagePool } from "./page-pool.ts";
export { LARGEST_SLAB_BYTES, SLAB_CLASS_BYTES, slabAddress, SlabAllocator, slabBytes, type Slab } from "./slab-allocator.ts";
export { encodeXorChunk } from "./xor-chunk.ts";
export { type FloatEncoder, type XorRows } from "./slab-encoder.ts";
export { type XorChunkState } from "./skim-xor-chunk.ts";
export { CHUNK_HEADER_BYTES, XorEncoder } from "./xor-encoder.ts";
export { XorRuns } from "./xor-runs.ts";
export { Xor2Encoder } from "./xor2-encoder.ts";
