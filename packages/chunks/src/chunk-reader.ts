import { decodeXor, loadKernels, type SharedMemory } from "@ferula/kernels";
import { growSampleColumns, type SampleColumns } from "@ferula/model";
import { LARGEST_SLAB_BYTES } from "./slab-allocator.ts";

/** Samples that a thread's scratch holds; a head's chunk has at most 240. */
const SCRATCH_SAMPLES = 256;

const SCRATCH_BYTES = SCRATCH_SAMPLES * 16;

/** Reads chunks in shared memory, on any thread. */
export interface ChunkReader {
  /**
   * Appends the first `sampleCount` samples of the chunk whose data (after its two bytes of count) starts at `address` to `out`, which
   * grows when needed. The slab must be pinned.
   */
  readonly read: (address: number, sampleCount: number, out: SampleColumns) => void;
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
  const fast = scratch === undefined ? undefined : createKernelReader(shared, scratch);
  return {
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
