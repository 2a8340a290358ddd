import type { Reader } from "protobufjs";
import { unexpectedEnd, WireError } from "./wire-error.ts";

/*
 * Numbers of 64 bits on protobufjs' reader, which would make an object of each: as doubles, exact up to 2^53 and the nearest beyond, or as
 * two words. They move `reader.pos` behind what they read and throw WireError at the message's end.
 */

/** The last varint in pieces of 28, 28 and 8 bits. */
const pieces = new Int32Array(3);
const TWO_28 = 2 ** 28;
const TWO_56 = 2 ** 56;
const PIECE_MASK = TWO_28 - 1;

/** An `int64` or an enum. */
export function readInt64(reader: Reader): number {
  readPieces(reader);
  const [low, middle, high] = [pieces[0], pieces[1], pieces[2]];
  if (high < 128) return high * TWO_56 + middle * TWO_28 + low;
  // Two's complement: all bits turned over, and one more.
  return -((~high & 255) * TWO_56 + ((~middle & PIECE_MASK) * TWO_28 + ((~low & PIECE_MASK) + 1)));
}

/** A `uint64`. */
export function readUint64(reader: Reader): number {
  readPieces(reader);
  return pieces[2] * TWO_56 + (pieces[1] * TWO_28 + pieces[0]);
}

/** A `sint64`: the sign is the lowest bit. */
export function readSint64(reader: Reader): number {
  readPieces(reader);
  const magnitude = pieces[2] * (TWO_56 / 2) + pieces[1] * (TWO_28 / 2) + (pieces[0] >>> 1);
  return (pieces[0] & 1) === 0 ? magnitude : -1 - magnitude;
}

/** A `double` as its low and high word at `bits[2 * i]`: a stale marker keeps its bits. */
export function readDoubleBits(reader: Reader, bits: Uint32Array, i: number): void {
  const at = reader.pos;
  if (at + 8 > reader.len) throw unexpectedEnd();
  const { buf } = reader;
  bits[2 * i] = buf[at] | (buf[at + 1] << 8) | (buf[at + 2] << 16) | (buf[at + 3] << 24);
  bits[2 * i + 1] = buf[at + 4] | (buf[at + 5] << 8) | (buf[at + 6] << 16) | (buf[at + 7] << 24);
  reader.pos = at + 8;
}

function readPieces(reader: Reader): void {
  const { buf, len } = reader;
  let at = reader.pos;
  pieces[0] = 0;
  pieces[1] = 0;
  pieces[2] = 0;
  for (let piece = 0; piece < 3; piece++) {
    const most = piece < 2 ? 28 : 14;
    let value = 0;
    for (let shift = 0; shift < most; shift += 7) {
      if (at >= len) throw unexpectedEnd();
      const byte = buf[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) {
        pieces[piece] = piece < 2 ? value : value & 255;
        reader.pos = at;
        return;
      }
    }
    pieces[piece] = value;
  }
  throw new WireError("proto: integer overflow");
}
