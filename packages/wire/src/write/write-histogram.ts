import { ByteWriter } from "@ferula/bytes";
import { type CounterResetHint, type Histogram, type Spans, STALE_NAN_HIGH, STALE_NAN_LOW } from "@ferula/model";
import type { WireHistogram } from "./columns.ts";
import { writeDouble, writeDoubleBits, writeInner, writeInt64, writeSint, writeUint } from "./write-fields.ts";

const RESET_HINTS: readonly CounterResetHint[] = ["unknown", "reset", "not_reset", "gauge"];

const message = new ByteWriter();
const inner = new ByteWriter();
const double = new Float64Array(1);
const doubleBits = new Uint32Array(double.buffer);

/** Writes a histogram as `field` of a series' message. `hasStart`: whether start timestamps are told, as in remote write 2.0. */
export function writeHistogram(out: ByteWriter, field: number, wire: WireHistogram, hasStart: boolean): void {
  const { histogram } = wire;
  message.reset();
  if (histogram.kind === "integer") writeUint(message, 1, histogram.count);
  else writeDouble(message, 2, histogram.count);
  if (histogram.isStale) writeDoubleBits(message, 3, STALE_NAN_LOW, STALE_NAN_HIGH);
  else if (!Object.is(histogram.sum, 0)) writeDouble(message, 3, histogram.sum);
  writeSint(message, 4, histogram.schema);
  if (histogram.zeroThreshold !== 0) writeDouble(message, 5, histogram.zeroThreshold);
  if (histogram.kind === "integer") writeUint(message, 6, histogram.zeroCount);
  else writeDouble(message, 7, histogram.zeroCount);
  writeBuckets(histogram, 8, histogram.negativeSpans, histogram.negativeBuckets);
  writeBuckets(histogram, 11, histogram.positiveSpans, histogram.positiveBuckets);
  writeInt64(message, 14, RESET_HINTS.indexOf(histogram.counterResetHint));
  writeInt64(message, 15, wire.timestampMs);
  writeDoubles(16, histogram.customValues);
  if (hasStart) writeInt64(message, 17, wire.startTimestampMs);
  writeInner(out, field, message);
}

/** One side: its spans as `field`, behind it differences for integers, and behind these counts for floats. */
function writeBuckets({ kind }: Histogram, field: number, spans: Spans, buckets: Float64Array): void {
  for (let i = 0; i < spans.length; i += 2) {
    inner.reset();
    writeSint(inner, 1, spans[i]);
    if (spans[i + 1] !== 0) writeUint(inner, 2, spans[i + 1] >>> 0);
    writeInner(message, field, inner);
  }
  if (kind === "float") return writeDoubles(field + 2, buckets);
  if (buckets.length === 0) return;
  inner.reset();
  for (let i = 0; i < buckets.length; i++) inner.varint(buckets[i]);
  writeInner(message, field + 1, inner);
}

function writeDoubles(field: number, values: Float64Array): void {
  if (values.length === 0) return;
  inner.reset();
  for (let i = 0; i < values.length; i++) {
    double[0] = values[i];
    inner.u32le(doubleBits[0]);
    inner.u32le(doubleBits[1]);
  }
  writeInner(message, field, inner);
}
