import { isSoundSnappyBlock, snappyDeclaredBytes } from "@ferula/bytes";
import snappy from "snappyjs";
import { WireError } from "./wire-error.ts";

/** A message as a block of snappy, as both remote protocols send one. */
export function packSnappy(message: Uint8Array): Uint8Array {
  return snappy.compress(message);
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
