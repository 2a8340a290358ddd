// Chunks of one series as a segment of a block holds them: for each its length, its encoding, its data and its checksum.
import { varintBetween, varintEnd } from "./bits";
import { xor2Decode } from "./xor2-decode";
import { xorDecode } from "./xor-decode";

const FAILED: i32 = -1;

const XOR: u8 = 1;
const XOR2: u8 = 4;

/** The count of samples, before a chunk's data. */
const COUNT_BYTES: usize = 2;
const CRC_BYTES: usize = 4;

/** A head's chunks have no more samples, so that columns with room for so many times the chunks hold all. */
const MOST_SAMPLES: i32 = 256;

/**
 * Decodes the `count` chunks whose records begin at the offsets, words at `offsets`, behind `start`, one behind the other to the columns;
 * `end` is where the bytes end. Returns how many samples there are, or -1 when any of them is not sound, is no chunk of floats, or is too
 * long. `crcTables` are those of src/crc32c-tables.ts.
 */
export function decodeRun(crcTables: usize, start: usize, end: usize, offsets: usize, count: i32, timestampsMs: usize, values: usize): i32 {
  let rows = 0;
  for (let i = 0; i < count; i++) {
    const record = start + <usize>load<u32>(offsets + (<usize>i << 2));
    if (record >= end) return FAILED;
    const encodingAt = varintEnd(record, end);
    if (encodingAt == 0) return FAILED;
    const length = varintBetween(record, encodingAt);
    if (length < COUNT_BYTES || length >= <u64>(end - encodingAt)) return FAILED;
    const data = encodingAt + 1;
    const dataEnd = data + <usize>length;
    if (dataEnd + CRC_BYTES > end) return FAILED;
    if (crc32c(crcTables, encodingAt, dataEnd) != bswap<u32>(load<u32>(dataEnd))) return FAILED;
    const samples = <i32>bswap<u16>(load<u16>(data));
    if (samples > MOST_SAMPLES) return FAILED;
    const encoding = load<u8>(encodingAt);
    const rowTimestamps = timestampsMs + (<usize>rows << 3);
    const rowValues = values + (<usize>rows << 3);
    let decoded = FAILED;
    if (encoding == XOR) decoded = xorDecode(data + COUNT_BYTES, dataEnd, samples, rowTimestamps, rowValues);
    else if (encoding == XOR2 && length > COUNT_BYTES) decoded = xor2Decode(data + COUNT_BYTES, dataEnd, samples, rowTimestamps, rowValues);
    if (decoded != samples) return FAILED;
    rows += samples;
  }
  return rows;
}

/** CRC32C of the bytes between two addresses, eight a step; `crc32c` of @ferula/bytes is the twin. */
function crc32c(tables: usize, from: usize, end: usize): u32 {
  let crc: u32 = ~0;
  let at = from;
  for (; at + 8 <= end; at += 8) {
    const word = load<u64>(at) ^ <u64>crc;
    crc =
      entry(tables, 7, word) ^
      entry(tables, 6, word >> 8) ^
      entry(tables, 5, word >> 16) ^
      entry(tables, 4, word >> 24) ^
      entry(tables, 3, word >> 32) ^
      entry(tables, 2, word >> 40) ^
      entry(tables, 1, word >> 48) ^
      entry(tables, 0, word >> 56);
  }
  for (; at < end; at++) crc = entry(tables, 0, <u64>(crc ^ load<u8>(at))) ^ (crc >> 8);
  return ~crc;
}

function entry(tables: usize, table: usize, byte: u64): u32 {
  return load<u32>(tables + (table << 10) + ((<usize>byte & 255) << 2));
}
