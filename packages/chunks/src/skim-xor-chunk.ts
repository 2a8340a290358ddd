/** Where the writer of an XOR chunk stands, see `skimXorChunk`. */
export interface XorChunkState {
  /** How many bits the chunk has, header included. */
  bitLength: number;
  firstTimestampMs: number;
  lastTimestampMs: number;
  /** The time of sample `index`, or of the last where there are fewer. */
  timestampMsAtIndex: number;
  /** Between the last two samples; 0 for a chunk of one. */
  lastDeltaMs: number;
  /** The window of significant bits: zeros before it and behind it. Undefined until a value changed. */
  window: { readonly leading: number; readonly trailing: number } | undefined;
}

/** The decoder reads whole words. */
const PADDING_BYTES = 32;

/** Widths of the change of a delta behind no, one, two, three and four ones. */
const CHANGE_BITS: readonly number[] = [0, 14, 17, 20, 64];

let padded: Uint8Array = new Uint8Array(4096);
let view: DataView = new DataView(padded.buffer);
let bit = 0;

/**
 * Walks over a whole XOR chunk, header first, without reading its values, and tells from where a writer goes on; several times as fast as
 * decoding and encoding it. Throws RangeError when the chunk is empty or damaged. Layout: see `decodeXor` of kernels.
 */
export function skimXorChunk(chunk: Uint8Array, index: number): XorChunkState {
  load(chunk);
  const sampleCount = view.getUint16(0);
  if (sampleCount === 0) throw new RangeError("cannot go on with an XOR chunk without samples");
  const zigzag = readVarint();
  const firstTimestampMs = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  const end = chunk.length * 8;
  bit += 64;
  let timestampMs = firstTimestampMs;
  let timestampMsAtIndex = firstTimestampMs;
  let deltaMs = 0;
  let leading = -1;
  let significant = 0;
  for (let i = 1; i < sampleCount; i++) {
    deltaMs = i === 1 ? readVarint() : deltaMs + readChange();
    timestampMs += deltaMs;
    if (i <= index) timestampMsAtIndex = timestampMs;
    const word = peek();
    if (word >= 0) {
      bit++;
    } else if ((word & 0x40000000) === 0) {
      bit += 2 + significant;
    } else {
      leading = (word >>> 25) & 31;
      significant = (word >>> 19) & 63 || 64;
      bit += 13 + significant;
    }
    if (bit > end) break;
  }
  if (bit > end)
    throw new RangeError(`cannot go on with an XOR chunk of ${chunk.length} bytes: its data ends before sample ${sampleCount}`);
  return {
    bitLength: bit,
    firstTimestampMs,
    lastTimestampMs: timestampMs,
    timestampMsAtIndex,
    lastDeltaMs: deltaMs,
    window: leading < 0 ? undefined : { leading, trailing: 64 - leading - significant },
  };
}

function load(chunk: Uint8Array): void {
  if (padded.length < chunk.length + PADDING_BYTES) {
    padded = new Uint8Array(chunk.length * 2 + PADDING_BYTES);
    view = new DataView(padded.buffer);
  }
  padded.set(chunk);
  // What is read behind a damaged chunk must not be left over from another.
  padded.fill(0, chunk.length, chunk.length + PADDING_BYTES);
  bit = 16;
}

/** A varint at a whole byte, or, for the first delta, behind the first value. */
function readVarint(): number {
  let value = 0;
  for (let scale = 1; scale < 2 ** 64; scale *= 128) {
    const byte = view.getUint8(bit >>> 3);
    bit += 8;
    value += (byte & 127) * scale;
    if (byte < 128) return value;
    if (bit >>> 3 >= padded.length) break;
  }
  throw new RangeError("cannot go on with an XOR chunk: a varint is cut short");
}

/** The change of a delta. */
function readChange(): number {
  const word = peek();
  if (word >= 0) {
    bit++;
    return 0;
  }
  const ones = Math.min(Math.clz32(~word), 4);
  bit += ones === 4 ? 4 : ones + 1;
  const width = CHANGE_BITS[ones];
  if (ones === 4) {
    const high = wholeWord();
    bit += 32;
    const low = wholeWord() >>> 0;
    bit += 32;
    return high * 2 ** 32 + low;
  }
  const field = wholeWord() >>> (32 - width);
  bit += width;
  return field > 1 << (width - 1) ? field - (1 << width) : field;
}

/** The next bits, 25 at least, from the top of the word. */
function peek(): number {
  return view.getInt32(bit >>> 3) << (bit & 7);
}

/** The next 32 bits. */
function wholeWord(): number {
  const position = bit >>> 3;
  const offset = bit & 7;
  return (view.getInt32(position) << offset) | (view.getUint8(position + 4) >>> (8 - offset));
}
