/**
 * Whether the elements of a snappy block (google/snappy format_description.txt) lie within it, copy only what is there already, and make
 * exactly as many bytes as the block declares, at most `mostBytes`. snappyjs has to be asked about sound blocks only: a literal that
 * claims 2^31 bytes leads it backwards, and it never ends.
 */
export function isSoundSnappyBlock(block: Uint8Array, mostBytes: number): boolean {
  const declared = littleEndianBase128(block);
  if (declared === undefined || declared.value > mostBytes) return false;
  let made = 0;
  let at = declared.end;
  while (at < block.length) {
    const tag = block[at];
    const kind = tag & 3;
    // A literal's length, or a copy's offset, may stand in so many bytes behind the tag.
    const extraBytes = kind === 0 ? Math.max(0, (tag >>> 2) - 59) : EXTRA_BYTES_OF_COPY[kind];
    const start = at + 1 + extraBytes;
    if (start > block.length) return false;
    const extra = littleEndian(block, at + 1, extraBytes);
    let length = (tag >>> 2) + 1;
    at = start;
    if (kind === 0) {
      if (extraBytes > 0) length = extra + 1;
      at += length;
      if (at > block.length) return false;
    } else {
      if (kind === 1) length = ((tag >>> 2) & 7) + 4;
      const offset = kind === 1 ? ((tag >>> 5) << 8) | extra : extra;
      if (offset === 0 || offset > made) return false;
    }
    made += length;
    if (made > declared.value) return false;
  }
  return made === declared.value;
}

/** How many bytes the block says that it makes; undefined when it does not even say that. */
export function snappyDeclaredBytes(block: Uint8Array): number | undefined {
  return littleEndianBase128(block)?.value;
}

const EXTRA_BYTES_OF_COPY: readonly number[] = [0, 1, 2, 4];

/** The number at the block's beginning, of 32 bits at most, and where it ends. */
function littleEndianBase128(block: Uint8Array): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 5 && i < block.length; i++) {
    value += (block[i] & 0x7f) * 2 ** (7 * i);
    if (block[i] < 0x80) return value < 2 ** 32 ? { value, end: i + 1 } : undefined;
  }
  return undefined;
}

/** At most four bytes. */
function littleEndian(block: Uint8Array, start: number, byteCount: number): number {
  let value = 0;
  for (let i = 0; i < byteCount; i++) value |= block[start + i] << (8 * i);
  return value >>> 0;
}
