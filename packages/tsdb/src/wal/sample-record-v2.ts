import type { ByteWriter } from "@ferula/bytes";
import type { SampleBatch } from "@ferula/model";
import { STORED } from "../head/verdicts.ts";
import { TimedWriter } from "./records/timed-entries.ts";

/**
 * Writes a record of the second version, which keeps start timestamps, of the rows from `start` to before `end` whose verdict is `STORED`.
 * `walRefs` gives the log's reference of each of ours.
 */
export function encodeSamplesV2(
  writer: ByteWriter,
  batch: SampleBatch,
  verdicts: Uint8Array,
  walRefs: Float64Array,
  start: number,
  end: number,
): void {
  const { refs, timestampsMs, valueBits, startTimestampsMs } = batch;
  const entries = new TimedWriter(writer, "samples_v2");
  for (let row = start; row < end; row++) {
    if (verdicts[row] !== STORED) continue;
    entries.entry(walRefs[refs[row]], timestampsMs[row], startTimestampsMs === undefined ? 0 : startTimestampsMs[row]);
    writer.u32be(valueBits[2 * row + 1]);
    writer.u32be(valueBits[2 * row]);
  }
}
