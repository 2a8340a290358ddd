import { AS_ROWS, type BlockMemory, OVERSIZE } from "./read-ahead-block.ts";
import type { ReadBlock } from "./read-ahead.ts";
import { recordTypeOf } from "./records/record-types.ts";
import { type ReplayContext, replayers } from "./replayers.ts";
import { keepKnown } from "./sample-rows.ts";

/** Takes record number `at` of a block into the head, or to where it waits for it. Throws RangeError when it is malformed. */
export function replayRecordOf({ memory, content }: ReadBlock, at: number, context: ReplayContext): void {
  const kind = memory.kinds[at];
  if (kind === AS_ROWS) replayRows(context, memory, memory.starts[at], memory.ends[at]);
  // Not every decoder takes shared memory, so the bytes are copied.
  else replayBytes(context, kind === OVERSIZE ? (content.oversize as Uint8Array) : memory.bytes.slice(memory.starts[at], memory.ends[at]));
}

function replayBytes(context: ReplayContext, record: Uint8Array): void {
  const type = recordTypeOf(record);
  if (type === undefined) context.tally.skippedRecords++;
  else replayers[type](context, record);
}

function replayRows({ walRefs, buffer, rowRefs, tally }: ReplayContext, memory: BlockMemory, start: number, end: number): void {
  const { timestampsMs, valueBits } = memory.rows;
  const knownEnd = keepKnown(walRefs, memory.rows, rowRefs, start, end);
  tally.unknownRefs.samples += end - knownEnd;
  tally.samples += knownEnd - start;
  buffer.add({ length: knownEnd, refs: rowRefs, timestampsMs, values: memory.values, valueBits }, start, knownEnd);
}
