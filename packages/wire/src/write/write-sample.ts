import { ByteWriter } from "@ferula/bytes";
import type { SampleColumns } from "@ferula/model";
import { writeDoubleBits, writeInner, writeInt64 } from "./write-fields.ts";

const sample = new ByteWriter();

/** Writes all samples of a series as field 2 of its message. `startTimestampsMs` is for remote write 2.0. */
export function writeSamples(out: ByteWriter, samples: SampleColumns, startTimestampsMs?: Float64Array): void {
  const { timestampsMs, valueBits, length } = samples;
  for (let row = 0; row < length; row++) {
    sample.reset();
    const low = valueBits[2 * row];
    const high = valueBits[2 * row + 1];
    if ((low | high) !== 0) writeDoubleBits(sample, 1, low, high);
    writeInt64(sample, 2, timestampsMs[row]);
    if (startTimestampsMs !== undefined) writeInt64(sample, 3, startTimestampsMs[row]);
    writeInner(out, 2, sample);
  }
}
