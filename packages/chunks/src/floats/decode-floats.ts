import { decodeXor, decodeXor2 } from "@ferula/kernels";
import { growSampleColumns, type SampleColumns } from "@ferula/model";
import { type ChunkIterator, SAMPLE_TYPES } from "../chunk-iterator.ts";
import { chunkHeaderBytes, COUNT_BYTES, type FloatEncoding } from "../encoding.ts";
import { XorIterator } from "./xor-iterator.ts";
import { Xor2Iterator } from "./xor2-iterator.ts";

/** The decoders read whole words. */
const PADDING_BYTES = 32;

let padded: Uint8Array = new Uint8Array(4096);
let paddedView: DataView = new DataView(padded.buffer);

/**
 * Appends the samples of a whole chunk of floats (with its count in the first two bytes, as in a block's or a head's chunk file) to `out`,
 * which grows when needed, and returns how many there were. Start timestamps are left out. The bytes are only read and may be a view of a
 * file.
 *
 * Throws RangeError when the chunk is damaged; `out.length` is then as before. Benchmark: decode.
 */
export function decodeFloatChunk(encoding: FloatEncoding, chunk: Uint8Array, out: SampleColumns): number {
  if (chunk.length < chunkHeaderBytes(encoding)) return decodeSlowly(encoding, chunk, out);
  const sampleCount = (chunk[0] << 8) | chunk[1];
  if (padded.length < chunk.length + PADDING_BYTES) {
    padded = new Uint8Array(chunk.length * 2 + PADDING_BYTES);
    paddedView = new DataView(padded.buffer);
  }
  padded.set(chunk);
  const first = out.length;
  growSampleColumns(out, first + sampleCount);
  const decode = encoding === "xor" ? decodeXor : decodeXor2;
  const decoded = decode(paddedView, COUNT_BYTES, chunk.length, sampleCount, out.timestampsMs, out.valueBits, first);
  if (decoded < 0) return decodeSlowly(encoding, chunk, out);
  out.length = first + decoded;
  return decoded;
}

/** What the fast path can't do: numbers beyond its own, and saying what is wrong with a chunk. */
function decodeSlowly(encoding: FloatEncoding, chunk: Uint8Array, out: SampleColumns): number {
  const iterator: ChunkIterator = encoding === "xor" ? new XorIterator(chunk) : new Xor2Iterator(chunk);
  const first = out.length;
  growSampleColumns(out, first + iterator.sampleCount);
  const { timestampsMs, valueBits } = out;
  let row = first;
  while (iterator.next() !== SAMPLE_TYPES.none) {
    timestampsMs[row] = iterator.timestampMs;
    valueBits[2 * row] = iterator.valueLow;
    valueBits[2 * row + 1] = iterator.valueHigh;
    row++;
  }
  out.length = row;
  return row - first;
}
