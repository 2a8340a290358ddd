import { decodeXor, loadKernels, type SharedMemory } from "@ferula/kernels";
import { growSampleColumns, type SampleColumns } from "@ferula/model";
import { LARGEST_SLAB_BYTES } from "./slab-allocator.ts";
import { decodeXorChunk } from "./xor-chunk.ts";
import { CHUNK_HEADER_BYTES } from "./xor-encoder.ts";

/** Samples that a thread's scratch holds; a head's chunk has at most 240. */
const SCRATCH_SAMPLES = 256;
const SAMPLES_BYTES = SCRATCH_SAMPLES * 16;

/** The longest chunk that a thread's scratch takes; longer ones than a head's are rare. */
const MOST_CHUNK_BYTES = LARGEST_SLAB_BYTES;
/** The kernel reads whole words. */
const PADDING_BYTES = 32;

const SCRATCH_BYTES = SAMPLES_BYTES + MOST_CHUNK_BYTES + PADDING_BYTES;

/** Reads xor chunks of a head, on any thread. */
export interface ChunkReader {
  /**
   * Appends the first `sampleCount` samples of the chunk whose data (after its two bytes of count) starts at `address` to `out`, which
   * grows when needed. The slab must be pinned.
   */
  readonly read: (address: number, sampleCount: number, out: SampleColumns) => void;
  /**
   * Appends the samples of a whole chunk, header first, that lies in memory of the thread, as `decodeXorChunk` does. Throws RangeError when
   * the chunk is damaged; `out.length` is then as before.
   */
  readonly readBytes: (chunk: Uint8Array, out: SampleColumns) => void;
}

/**
 * Reserves what one reading thread's decode kernel writes to. Only the thread that made the shared memory can reserve, so it
 * hands each worker an address of its own at the start.
 */
export function reserveDecodeScratch(shared: SharedMemory): number {
  return shared.reserve(SCRATCH_BYTES);
}

/**
 * A reader for the calling thread. `scratch` comes from `reserveDecodeScratch` and must not be shared between threads; without it the
 * decoder in TypeScript is used, which takes a tenth to two thirds longer.
 */
export function createChunkReader(shared: SharedMemory, scratch?: number): ChunkReader {
  const fast = scratch === undefined ? undefined : kernelReader(shared, scratch);
  const chunkAddress = (scratch ?? 0) + SAMPLES_BYTES;
  return {
    readBytes(chunk, out) {
      const sampleCount = (chunk[0] << 8) | chunk[1];
      const { length } = chunk;
      if (fast === undefined || sampleCount > SCRATCH_SAMPLES || length > MOST_CHUNK_BYTES || length < CHUNK_HEADER_BYTES) {
        decodeXorChunk(chunk, out);
        return;
      }
      const first = out.length;
      growSampleColumns(out, first + sampleCount);
      shared.u8.set(chunk, chunkAddress);
      const decoded = fast(chunkAddress + CHUNK_HEADER_BYTES, chunkAddress + length, sampleCount, out, first);
      if (decoded < 0) throw new RangeError(`cannot decode an XOR chunk of ${length} bytes: its data ends before sample ${sampleCount}`);
      out.length = first + decoded;
    },
    read(address, sampleCount, out) {
      const first = out.length;
      growSampleColumns(out, first + sampleCount);
      const end = address + LARGEST_SLAB_BYTES;
      const decoded =
        fast !== undefined && sampleCount <= SCRATCH_SAMPLES
          ? fast(address, end, sampleCount, out, first)
          : decodeXor(shared.view, address, end, sampleCount, out.timestampsMs, out.valueBits, first);
      if (decoded !== sampleCount) throw new Error(`BUG: the chunk at ${address} has no ${sampleCount} samples`);
      out.length = first + sampleCount;
    },
  };
}

type DecodeInto = (address: number, end: number, sampleCount: number, out: SampleColumns, first: number) => number;

/** Making one takes microseconds, and a thread has one scratch only. */
const kernelReaders = new WeakMap<SharedMemory, { readonly scratch: number; readonly decode: DecodeInto }>();

function kernelReader(shared: SharedMemory, scratch: number): DecodeInto {
  const known = kernelReaders.get(shared);
  if (known?.scratch === scratch) return known.decode;
  const decode = createKernelReader(shared, scratch);
  kernelReaders.set(shared, { scratch, decode });
  return decode;
}

function createKernelReader(shared: SharedMemory, scratch: number): DecodeInto {
  const { xorDecode } = loadKernels(shared);
  const { buffer } = shared.memory;
  const valuesAddress = scratch + SCRATCH_SAMPLES * 8;
  // One view for each count, made when it is first needed: making two for each chunk cost more than copying its samples. Views of memory
  // that exists already stay good when the memory grows.
  const timestampViews: Float64Array[] = [];
  const bitViews: Uint32Array[] = [];
  return (address, end, sampleCount, out, first) => {
    const decoded = xorDecode(address, end, sampleCount, scratch, valuesAddress);
    if (decoded < 0) return decoded;
    const timestampsMs = (timestampViews[sampleCount] ??= new Float64Array(buffer, scratch, sampleCount));
    // Bits, not doubles: copying a stale marker as a number may change it.
    const valueBits = (bitViews[sampleCount] ??= new Uint32Array(buffer, valuesAddress, 2 * sampleCount));
    out.timestampsMs.set(timestampsMs, first);
    out.valueBits.set(valueBits, 2 * first);
    return decoded;
  };
}
