import { crc32cTables, type DecodeFloats, decodeXor, loadKernels, type SharedMemory } from "@ferula/kernels";
import { growSampleColumns, type SampleColumns } from "@ferula/model";
import { chunkHeaderBytes, COUNT_BYTES, type FloatEncoding } from "./encoding.ts";
import { decodeFloatChunk } from "./floats/decode-floats.ts";
import { LARGEST_SLAB_BYTES } from "./slab-allocator.ts";

/** Samples that a thread's scratch holds; a head's chunk has at most 240. */
const SCRATCH_SAMPLES = 256;
/** The kernels may write so many rows more. */
const SPARE_ROWS = 4;
const COLUMN_BYTES = (SCRATCH_SAMPLES + SPARE_ROWS) * 8;

/** The longest chunk that a thread's scratch takes; longer ones than a head's are rare. */
const MOST_CHUNK_BYTES = LARGEST_SLAB_BYTES;
/** The kernels read whole words, and where a chunk begins is chosen among eight places. */
const PADDING_BYTES = 40;

/** How many chunks of a block are decoded at once at most, and in how many bytes they lie. */
export const MOST_RUN_CHUNKS = 16;
/** See `MOST_RUN_CHUNKS`. */
export const MOST_RUN_BYTES: number = 32 * 1024;
const RUN_COLUMN_BYTES = (MOST_RUN_CHUNKS * SCRATCH_SAMPLES + SPARE_ROWS) * 8;
const RUN_OFFSETS_BYTES = MOST_RUN_CHUNKS * 4;
const crcTables: Uint32Array = crc32cTables();

const CHUNK_SCRATCH_BYTES = alignedBytes(2 * COLUMN_BYTES + MOST_CHUNK_BYTES + PADDING_BYTES);
const RUN_SCRATCH_BYTES = 2 * RUN_COLUMN_BYTES + RUN_OFFSETS_BYTES + crcTables.byteLength + MOST_RUN_BYTES + PADDING_BYTES;
const SCRATCH_BYTES = CHUNK_SCRATCH_BYTES + RUN_SCRATCH_BYTES;

function alignedBytes(sizeBytes: number): number {
  return Math.ceil(sizeBytes / 8) * 8;
}

/** Reads chunks of floats on any thread. */
export interface ChunkReader {
  /**
   * Appends the first `sampleCount` samples of the head's xor chunk whose data (after its two bytes of count) starts at `address` to `out`,
   * which grows when needed. The slab must be pinned.
   */
  readonly read: (address: number, sampleCount: number, out: SampleColumns) => void;
  /** Of the same samples appends only the newest that is not after `untilMs`; false when there is none. */
  readonly readNewest: (address: number, sampleCount: number, untilMs: number, out: SampleColumns) => boolean;
  /** Appends the samples of a whole chunk that lies in memory of the thread, as `decodeFloatChunk` does. */
  readonly readBytes: (encoding: FloatEncoding, chunk: Uint8Array, out: SampleColumns) => void;
  /** Reads several chunks at once; there with a scratch only. */
  readonly readRun?: ReadRun;
}

/**
 * Appends the samples of the `count` chunks, `MOST_RUN_CHUNKS` at most, whose records in a segment of a block begin at `offsets` in `bytes`,
 * `MOST_RUN_BYTES` at most; they may end before `bytes` does. False when any of them is not sound or holds no floats: then none is appended.
 */
export type ReadRun = (bytes: Uint8Array, offsets: Uint32Array, count: number, out: SampleColumns) => boolean;

/**
 * Reserves what one reading thread's decode kernels write to. Only the thread that made the shared memory can reserve, so it
 * hands each worker an address of its own at the start.
 */
export function reserveDecodeScratch(shared: SharedMemory): number {
  return shared.reserve(SCRATCH_BYTES);
}

/**
 * A reader for the calling thread. `scratch` comes from `reserveDecodeScratch` and must not be shared between threads; without it the
 * decoders in TypeScript are used, which take about twice as long.
 */
export function createChunkReader(shared: SharedMemory, scratch?: number): ChunkReader {
  return scratch === undefined ? plainReader(shared) : kernelReaderOf(shared, scratch);
}

function plainReader(shared: SharedMemory): ChunkReader {
  function read(address: number, sampleCount: number, out: SampleColumns): void {
    const first = out.length;
    growSampleColumns(out, first + sampleCount);
    const end = address + LARGEST_SLAB_BYTES;
    const decoded = decodeXor(shared.view, address, end, sampleCount, out.timestampsMs, out.valueBits, first);
    checkSlab(address, sampleCount, decoded);
    out.length = first + decoded;
  }

  return {
    read,
    readBytes(encoding, chunk, out) {
      decodeFloatChunk(encoding, chunk, out);
    },
    readNewest(address, sampleCount, untilMs, out) {
      const first = out.length;
      read(address, sampleCount, out);
      const row = lastRowUntil(out.timestampsMs, first, out.length, untilMs);
      out.length = first;
      if (row < first) return false;
      pushRow(out, out.timestampsMs[row], out.valueBits[2 * row], out.valueBits[2 * row + 1]);
      return true;
    },
  };
}

/** The last row of `[first, end)` that is not after `untilMs`, or the one before the first. */
function lastRowUntil(timestampsMs: Float64Array, first: number, end: number, untilMs: number): number {
  let row = end - 1;
  while (row >= first && timestampsMs[row] > untilMs) row--;
  return row;
}

function pushRow(out: SampleColumns, timestampMs: number, low: number, high: number): void {
  const row = out.length;
  growSampleColumns(out, row + 1);
  out.timestampsMs[row] = timestampMs;
  // Bits, not doubles: copying a stale marker as a number may change it.
  out.valueBits[2 * row] = low;
  out.valueBits[2 * row + 1] = high;
  out.length = row + 1;
}

function checkSlab(address: number, sampleCount: number, decoded: number): void {
  if (decoded !== sampleCount) throw new Error(`BUG: the chunk at ${address} has no ${sampleCount} samples`);
}

/** Making one takes microseconds, and a thread has one scratch only. */
const kernelReaders = new WeakMap<SharedMemory, { readonly scratch: number; readonly reader: ChunkReader }>();

function kernelReaderOf(shared: SharedMemory, scratch: number): ChunkReader {
  const known = kernelReaders.get(shared);
  if (known?.scratch === scratch) return known.reader;
  const reader = kernelReader(shared, scratch);
  kernelReaders.set(shared, { scratch, reader });
  return reader;
}

function kernelReader(shared: SharedMemory, scratch: number): ChunkReader {
  const { xorDecode, xor2Decode, decodeRun } = loadKernels(shared);
  const { buffer } = shared.memory;
  const valuesAddress = scratch + COLUMN_BYTES;
  const chunkAddress = valuesAddress + COLUMN_BYTES;
  // One view for each count, made when it is first needed: making two for each chunk cost more than copying its samples. Views of memory
  // that exists already stay good when the memory grows.
  const timestampViews: Float64Array[] = [];
  const bitViews: Uint32Array[] = [];
  const scratchTimestampsMs = new Float64Array(buffer, scratch, SCRATCH_SAMPLES);
  const scratchBits = new Uint32Array(buffer, valuesAddress, 2 * SCRATCH_SAMPLES);
  const plain = plainReader(shared);
  const runTimestamps = new Float64Array(buffer, scratch + CHUNK_SCRATCH_BYTES, RUN_COLUMN_BYTES / 8);
  const runBits = new Uint32Array(buffer, runTimestamps.byteOffset + RUN_COLUMN_BYTES, RUN_COLUMN_BYTES / 4);
  const tables = new Uint32Array(buffer, runBits.byteOffset + RUN_COLUMN_BYTES, crcTables.length);
  tables.set(crcTables);
  const runOffsets = new Uint32Array(buffer, tables.byteOffset + tables.byteLength, MOST_RUN_CHUNKS);
  const runBytesAddress = runOffsets.byteOffset + RUN_OFFSETS_BYTES;

  /** Appends the samples between two addresses and returns how many; -1 when they can't be decoded, and then appends none. */
  function append(decode: DecodeFloats, address: number, end: number, sampleCount: number, out: SampleColumns): number {
    const decoded = decode(address, end, sampleCount, scratch, valuesAddress);
    if (decoded < 0) return decoded;
    const first = out.length;
    growSampleColumns(out, first + sampleCount);
    out.timestampsMs.set((timestampViews[sampleCount] ??= new Float64Array(buffer, scratch, sampleCount)), first);
    // Bits, not doubles: copying a stale marker as a number may change it.
    out.valueBits.set((bitViews[sampleCount] ??= new Uint32Array(buffer, valuesAddress, 2 * sampleCount)), 2 * first);
    out.length = first + sampleCount;
    return decoded;
  }

  return {
    readBytes(encoding, chunk, out) {
      const { length } = chunk;
      const sampleCount = (chunk[0] << 8) | chunk[1];
      if (sampleCount <= SCRATCH_SAMPLES && length <= MOST_CHUNK_BYTES && length >= chunkHeaderBytes(encoding)) {
        // Into shared memory words are only copied where both sides lie in the same way, else bytes, which takes three times as long.
        const address = chunkAddress + (chunk.byteOffset & 7);
        shared.u8.set(chunk, address);
        const decode = encoding === "xor" ? xorDecode : xor2Decode;
        if (append(decode, address + COUNT_BYTES, address + length, sampleCount, out) >= 0) return;
      }
      // Also says what is wrong with a chunk.
      plain.readBytes(encoding, chunk, out);
    },
    readRun(bytes, offsets, count, out) {
      for (let i = 0; i < count; i++) runOffsets[i] = offsets[i];
      const address = runBytesAddress + (bytes.byteOffset & 7);
      shared.u8.set(bytes, address);
      const end = address + bytes.length;
      const rows = decodeRun(tables.byteOffset, address, end, runOffsets.byteOffset, count, runTimestamps.byteOffset, runBits.byteOffset);
      if (rows < 0) return false;
      const first = out.length;
      growSampleColumns(out, first + rows);
      out.timestampsMs.set(runTimestamps.subarray(0, rows), first);
      // Bits, not doubles: copying a stale marker as a number may change it.
      out.valueBits.set(runBits.subarray(0, 2 * rows), 2 * first);
      out.length = first + rows;
      return true;
    },
    readNewest(address, sampleCount, untilMs, out) {
      if (sampleCount > SCRATCH_SAMPLES) return plain.readNewest(address, sampleCount, untilMs, out);
      checkSlab(address, sampleCount, xorDecode(address, address + LARGEST_SLAB_BYTES, sampleCount, scratch, valuesAddress));
      const row = lastRowUntil(scratchTimestampsMs, 0, sampleCount, untilMs);
      if (row < 0) return false;
      pushRow(out, scratchTimestampsMs[row], scratchBits[2 * row], scratchBits[2 * row + 1]);
      return true;
    },
    read(address, sampleCount, out) {
      if (sampleCount > SCRATCH_SAMPLES) plain.read(address, sampleCount, out);
      else checkSlab(address, sampleCount, append(xorDecode, address, address + LARGEST_SLAB_BYTES, sampleCount, out));
    },
  };
}
