import { CHUNK_HEADER_BYTES, LARGEST_SLAB_BYTES } from "@ferula/chunks";
import type { SharedMemory } from "@ferula/kernels";

/** Makes whole xor chunks of those in shared memory, where an open one has no count of samples yet and goes on behind its end. */
export class SlabCopier {
  private readonly shared: SharedMemory;
  private readonly chunk: { readonly encoding: "xor"; bytes: Uint8Array } = { encoding: "xor", bytes: new Uint8Array(0) };
  private readonly buffer: Uint8Array = new Uint8Array(LARGEST_SLAB_BYTES);

  constructor(shared: SharedMemory) {
    this.shared = shared;
  }

  /** The first `sampleCount` samples of the chunk whose data starts at `address` and has `bitLength` bits; good until the next call. */
  copy(address: number, sampleCount: number, bitLength: number): { readonly encoding: "xor"; readonly bytes: Uint8Array } {
    const { buffer, chunk } = this;
    const dataBytes = (bitLength + 7) >>> 3;
    const length = CHUNK_HEADER_BYTES + dataBytes;
    buffer[0] = sampleCount >>> 8;
    buffer[1] = sampleCount;
    buffer.set(this.shared.u8.subarray(address, address + dataBytes), CHUNK_HEADER_BYTES);
    // The writer may have put the next sample behind the last bit meanwhile.
    if ((bitLength & 7) !== 0) buffer[length - 1] &= 0xff << (8 - (bitLength & 7));
    chunk.bytes = buffer.subarray(0, length);
    return chunk;
  }
}
