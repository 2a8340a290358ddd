import type { ByteWriter } from "@ferula/bytes";
import type { SharedMemory } from "@ferula/kernels";
import type { Head } from "../head/head.ts";
import { RECORD_BYTES } from "./records/record-types.ts";

/** Writes a record of the labels of `refs[0…count - 1]`: for each the reference in 64 bits and the labels. */
export function encodeSeries(writer: ByteWriter, head: Head, refs: Uint32Array, count: number): void {
  writer.u8(RECORD_BYTES.series);
  for (let i = 0; i < count; i++) {
    writer.u64be(head.series.walRefs[refs[i]]);
    writeLabelBlock(writer, head.shared, head.labelSets.address(refs[i]));
  }
}

/** Writes the labels of a block, see head/label-sets.ts, as `writeLabels` does: their number, then names and values after their lengths. */
export function writeLabelBlock(writer: ByteWriter, { u8, u32 }: SharedMemory, address: number): void {
  const word = address >>> 2;
  const pairCount = u32[word];
  writer.uvarint(pairCount);
  for (let at = word + 1; at <= word + 2 * pairCount; at++) {
    const symbol = u32[at];
    const length = u32[symbol >>> 2];
    writer.uvarint(length);
    writer.range(u8, symbol + 4, symbol + 4 + length);
  }
}
