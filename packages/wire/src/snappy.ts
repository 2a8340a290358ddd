import { ByteWriter, isSoundSnappyBlock, snappyDeclaredBytes } from "@ferula/bytes";
import snappy from "snappyjs";
import { WireError } from "./wire-error.ts";

/** A message as a block of snappy, as both remote protocols send one. */
export function packSnappy(message: Uint8Array): Uint8Array {
  return snappy.compress(message);
}

/** The most that a block of snappy may hold unpacked. */
const MOST_SNAPPY_BYTES = 2 ** 32 - 1;

/**
 * How a block of snappy begins whose message has `messageBytes` bytes. Behind it stand the message's pieces one after the other, each as
 * `packSnappyPiece` gives it: a large message is packed without being in one place. Throws RangeError for one that no block can hold.
 */
export function snappyHead(messageBytes: number): Uint8Array {
  if (messageBytes > MOST_SNAPPY_BYTES)
    throw new RangeError(`cannot pack ${messageBytes} bytes: a block of snappy holds ${MOST_SNAPPY_BYTES}`);
  const head = new ByteWriter(8);
  head.uvarint(messageBytes);
  return head.view();
}

/** A piece of a message, packed by itself, see `snappyHead`. */
export function packSnappyPiece(piece: Uint8Array): Uint8Array {
  const block = snappy.compress(piece);
  let start = 0;
  while (block[start] > 127) start++;
  return block.subarray(start + 1);
}

/**
 * The message in a block of snappy. Throws WireError when the block is damaged, or declares more than `mostBytes`: then nothing of it was
 * unpacked.
 */
export function unpackSnappy(block: Uint8Array, mostBytes: number): Uint8Array {
  const declaredBytes = snappyDeclaredBytes(block);
  if (declaredBytes !== undefined && declaredBytes > mostBytes) throw new WireError(`decoded size exceeds the ${mostBytes} bytes limit`);
  if (!isSoundSnappyBlock(block, mostBytes)) throw new WireError("s2: corrupt input");
  return snappy.uncompress(block, mostBytes);
}
