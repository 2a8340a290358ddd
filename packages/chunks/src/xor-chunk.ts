import { createSharedMemory, type SharedMemory } from "@ferula/kernels";
import type { SampleColumns } from "@ferula/model";
import { slabAddress, SlabAllocator } from "./slab-allocator.ts";
import { XorEncoder } from "./xor-encoder.ts";

/** One chunk encoder for `encodeXorChunk`, made at its first call: a shared memory reserves address space. */
let single: { readonly shared: SharedMemory; readonly slabAllocator: SlabAllocator; readonly encoder: XorEncoder } | undefined;

/**
 * The samples of `columns` from row `start` to before `end`, in order of time, as one chunk's bytes. For writers of whole chunks
 * (backfill, tests); a head appends with `XorEncoder`. Throws RangeError when they do not fit `LARGEST_SLAB_BYTES`.
 */
export function encodeXorChunk(columns: SampleColumns, start = 0, end: number = columns.length): Uint8Array {
  single ??= createSingle();
  const { shared, slabAllocator, encoder } = single;
  const count = end - start;
  const timestampsMs = columns.timestampsMs.subarray(start, end);
  const valueBits = columns.valueBits.subarray(2 * start, 2 * end);
  const previousTimestampsMs = new Float64Array(count);
  const previousBits = new Uint32Array(2 * count);
  previousTimestampsMs.set(timestampsMs.subarray(0, Math.max(0, count - 1)), Math.min(1, count));
  previousBits.set(valueBits.subarray(0, Math.max(0, 2 * count - 2)), Math.min(2, 2 * count));
  encoder.bind({ timestampsMs, valueBits, previousTimestampsMs, previousBits });
  encoder.start(0);
  try {
    for (let row = 0; row < count; row++) encoder.push(0, row);
  } catch (error) {
    slabAllocator.retire(encoder.finish(0));
    throw error;
  }
  const byteLength = encoder.byteLength(0);
  const slab = encoder.finish(0);
  const address = slabAddress(slab);
  const chunk = shared.u8.slice(address, address + byteLength);
  slabAllocator.retire(slab);
  return chunk;
}

function createSingle(): NonNullable<typeof single> {
  const shared = createSharedMemory();
  const slabAllocator = new SlabAllocator(shared);
  return { shared, slabAllocator, encoder: new XorEncoder(shared, slabAllocator) };
}
