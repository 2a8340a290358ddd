import fc from "fast-check";
import { createFloatHistogram, createIntegerHistogram, createSampleColumns, type MetricType, type SampleColumns } from "@ferula/model";
import type { OutgoingExemplar, OutgoingSeries, WireHistogram } from "../src/index.ts";

const timestampMs = fc.oneof(fc.constant(0), fc.integer({ min: -1e13, max: 1e13 }), fc.maxSafeInteger());
const label = fc.string({ unit: "grapheme", maxLength: 60 });
const labels = fc.array(fc.tuple(label, label), { maxLength: 5 }).map((pairs) => pairs.flat());
const value = fc.double();
const count = fc.maxSafeInteger().map(Math.abs);
const spans = fc.array(fc.tuple(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.nat(200)), { maxLength: 4 });
const types = fc.constantFrom<MetricType>("unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset");

const exemplar: fc.Arbitrary<OutgoingExemplar> = fc.record({ timestampMs, value, labels });

const histogram: fc.Arbitrary<WireHistogram> = fc
  .record({
    timestampMs,
    startTimestampMs: timestampMs,
    isFloat: fc.boolean(),
    fields: fc.record({
      counterResetHint: fc.constantFrom("unknown" as const, "reset" as const, "not_reset" as const, "gauge" as const),
      schema: fc.integer({ min: -60, max: 60 }),
      zeroThreshold: fc.double({ min: 0, noNaN: true }),
      zeroCount: count,
      count,
      sum: fc.double(),
    }),
    negativeSpans: spans,
    positiveSpans: spans,
    negativeBuckets: fc.array(fc.maxSafeInteger(), { maxLength: 20 }),
    positiveBuckets: fc.array(fc.maxSafeInteger(), { maxLength: 20 }),
    customValues: fc.array(fc.double(), { maxLength: 4 }),
  })
  .map(({ isFloat, fields, timestampMs, startTimestampMs, ...lists }) => {
    const all = {
      ...fields,
      negativeSpans: Int32Array.from(lists.negativeSpans.flat()),
      positiveSpans: Int32Array.from(lists.positiveSpans.flat()),
      negativeBuckets: Float64Array.from(lists.negativeBuckets),
      positiveBuckets: Float64Array.from(lists.positiveBuckets),
      customValues: Float64Array.from(lists.customValues),
    };
    return { timestampMs, startTimestampMs, histogram: isFloat ? createFloatHistogram(all) : createIntegerHistogram(all) };
  });

/** Series as they are sent, with texts of any script and numbers at their ends. */
export const outgoing: fc.Arbitrary<OutgoingSeries[]> = fc.array(
  fc
    .record({
      labels,
      rows: fc.array(fc.tuple(timestampMs, timestampMs, value), { maxLength: 6 }),
      histograms: fc.array(histogram, { maxLength: 2 }),
      exemplars: fc.array(exemplar, { maxLength: 2 }),
      metadata: fc.record({ type: types, help: label, unit: label }),
    })
    .map(({ rows, ...rest }) => ({
      ...rest,
      samples: columnsOf(rows.map(([time, , sample]) => [time, sample])),
      startTimestampsMs: Float64Array.from(rows, ([, start]) => start),
    })),
  { maxLength: 6 },
);

/** Samples as columns. */
export function columnsOf(rows: readonly (readonly [timestampMs: number, value: number])[]): SampleColumns {
  const columns = createSampleColumns(rows.length);
  for (const [timestampMs, sample] of rows) {
    columns.timestampsMs[columns.length] = timestampMs;
    columns.values[columns.length++] = sample;
  }
  return columns;
}
