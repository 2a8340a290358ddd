import type { ByteWriter } from "@ferula/bytes";
import { createSampleColumns, growSampleColumns, type SampleColumns } from "@ferula/model";
import { TimedWriter } from "./timed-entries.ts";

/** Samples as a record tells them: row i is one of the series that the log names `walRefs[i]`. */
export interface WalSamples extends SampleColumns {
  /** References of 64 bits, as the nearest doubles. */
  walRefs: Float64Array;
  /** 0 stands for none. */
  startTimestampsMs: Float64Array;
}

/** Empty columns with room for `capacity` samples. */
export function createWalSamples(capacity: number): WalSamples {
  return { ...createSampleColumns(capacity), walRefs: new Float64Array(capacity), startTimestampsMs: new Float64Array(capacity) };
}

/** Makes room for `capacity` samples. Those that are in are kept. */
export function growWalSamples(samples: WalSamples, capacity: number): void {
  growSampleColumns(samples, capacity);
  const room = samples.timestampsMs.length;
  if (samples.walRefs.length >= room) return;
  const { walRefs, startTimestampsMs } = samples;
  samples.walRefs = new Float64Array(room);
  samples.walRefs.set(walRefs);
  samples.startTimestampsMs = new Float64Array(room);
  samples.startTimestampsMs.set(startTimestampsMs);
}

/** Writes a record of all rows. The first version, `samples`, leaves start timestamps out. */
export function encodeWalSamples(writer: ByteWriter, samples: WalSamples, type: "samples" | "samples_v2"): void {
  const { length, walRefs, timestampsMs, startTimestampsMs, valueBits } = samples;
  const entries = new TimedWriter(writer, type);
  for (let row = 0; row < length; row++) {
    entries.entry(walRefs[row], timestampsMs[row], startTimestampsMs[row]);
    writer.u32be(valueBits[2 * row + 1]);
    writer.u32be(valueBits[2 * row]);
  }
}
