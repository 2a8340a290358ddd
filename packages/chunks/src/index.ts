export { createChunkReader, reserveDecodeScratch, type ChunkReader } from "./chunk-reader.ts";
export { LARGEST_SLAB_BYTES, slabAddress, SlabAllocator, slabBytes, type Slab } from "./slab-allocator.ts";
export { decodeXorChunk, encodeXorChunk } from "./xor-chunk.ts";
export { CHUNK_HEADER_BYTES, XorEncoder, type XorRows } from "./xor-encoder.ts";
