import { BitWriter } from "../bits/bit-writer.ts";
import { Fields } from "../bits/fields.ts";
import { SAMPLE_TYPES } from "../chunk-iterator.ts";
import { chunkHeaderBytes } from "../encoding.ts";
import { StartTimestamps } from "../start-timestamps.ts";
import type { FloatAppender, FloatRows } from "./float-appender.ts";
import { FLOAT_FIELDS } from "./float-fields.ts";
import { writeXor2Sample } from "./write-xor2.ts";
import { checkRoom, writeCount } from "./xor-appender.ts";
import { Xor2Iterator } from "./xor2-iterator.ts";

/** Writes one xor2 chunk into bytes of its own; `Xor2Encoder` writes many into slabs. */
export class Xor2Appender implements FloatAppender {
  readonly encoding = "xor2";
  sampleCount = 0;
  private readonly writer = new BitWriter(chunkHeaderBytes("xor2"));
  private fields = new Fields(FLOAT_FIELDS);
  private startTimestamps = new StartTimestamps(0);

  /** Starts a chunk, or goes on with `chunk`, which is copied. Throws RangeError when that is damaged. */
  constructor(chunk?: Uint8Array) {
    if (chunk !== undefined) this.resume(new Xor2Iterator(chunk), chunk);
    if (this.sampleCount === 0) this.fields.clearWindows();
  }

  bytes(): Uint8Array {
    return this.writer.view8();
  }

  append(rows: FloatRows, row: number): void {
    checkRoom(this.sampleCount);
    writeXor2Sample(this.writer, this.fields, this.startTimestamps, this.sampleCount, rows, row);
    writeCount(this.writer, ++this.sampleCount);
  }

  private resume(iterator: Xor2Iterator, chunk: Uint8Array): void {
    while (iterator.next() !== SAMPLE_TYPES.none);
    this.fields = iterator.fields;
    this.startTimestamps = iterator.startTimestamps;
    this.sampleCount = iterator.sampleCount;
    this.writer.load(chunk, iterator.reader.position);
  }
}
