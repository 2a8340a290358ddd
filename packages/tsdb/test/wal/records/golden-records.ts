import { createFloatHistogram, createIntegerHistogram, type Histogram, labelsOf, toFloatHistogram } from "@ferula/model";
import type { RecordType } from "../../../src/wal/records/record-types.ts";
import type { HistogramRow } from "../../../src/wal/records/histograms.ts";

/*
 * Rows, and the records that Prometheus 3.14 makes of them (`record.Encoder`). If a byte changes, the format changed.
 */

export const seriesRows = [
  { ref: 1, labels: labelsOf({ __name__: "up", job: "é" }) },
  { ref: 2 ** 40, labels: labelsOf({ a: "x".repeat(50) }) },
  { ref: 3, labels: labelsOf({}) },
];

/** Reference, time, start timestamp, and the high and low word of the value. */
export const sampleRows: readonly (readonly [number, number, number, number, number])[] = [
  [5, 1_700_006_400_000, 0, 0x3ff80000, 0],
  [3, 1_700_006_399_000, 1_700_006_000_000, 0x7ff00000, 2],
  [2 ** 33, 1_700_006_400_000, 1_700_006_000_000, 0, 0],
  [7, 1_700_006_400_001, 1_700_006_000_001, 0x7ff00000, 0],
  [8, 1_700_006_400_001, 0, 0, 0],
];

export const tombstoneRows = [
  { ref: 9, interval: { minTimeMs: -5, maxTimeMs: 1_700_006_400_000 } },
  { ref: 10, interval: { minTimeMs: -Infinity, maxTimeMs: Infinity } },
];

export const exemplarRows = [
  { ref: 4, timestampMs: 1_700_006_400_000, value: 0.25, labels: labelsOf({ trace_id: "abc" }) },
  { ref: 2, timestampMs: 1_700_006_400_500, value: -1, labels: labelsOf({}) },
];

export const markerRows = [
  { ref: 1, chunkRef: 3 * 2 ** 32 + 8 },
  { ref: 2, chunkRef: 3 * 2 ** 32 + 900 },
];

export const metadataRows = [
  { ref: 1, type: "counter", unit: "seconds", help: "Some é help." },
  { ref: 300, type: "gaugehistogram", unit: "", help: "" },
] as const;

const exponential = createIntegerHistogram({
  counterResetHint: "not_reset",
  schema: 3,
  zeroThreshold: 0.001,
  zeroCount: 2,
  count: 300,
  sum: 18.4,
  positiveSpans: Int32Array.of(-4, 2, 1, 1),
  positiveBuckets: Float64Array.of(1, 200, -150),
  negativeSpans: Int32Array.of(0, 1),
  negativeBuckets: Float64Array.of(46),
});

const custom = createIntegerHistogram({
  counterResetHint: "reset",
  schema: -53,
  count: 7,
  sum: 2.5,
  positiveSpans: Int32Array.of(0, 2),
  positiveBuckets: Float64Array.of(3, 1),
  customValues: Float64Array.of(0.1, 5),
});

export const integerRows: readonly HistogramRow[] = [
  { ref: 6, timestampMs: 1_700_006_400_000, startTimestampMs: 0, histogram: custom },
  { ref: 7, timestampMs: 1_700_006_400_000, startTimestampMs: 1_700_006_000_000, histogram: exponential },
  {
    ref: 8,
    timestampMs: 1_700_006_415_000,
    startTimestampMs: 1_700_006_000_000,
    histogram: createIntegerHistogram({ sum: Number.NaN, isStale: true }),
  },
];

export const floatRows: readonly HistogramRow[] = integerRows.map((row) => ({ ...row, histogram: asFloat(row.histogram) }));

function asFloat(histogram: Histogram): Histogram {
  if (histogram.isStale) return createFloatHistogram({ sum: Number.NaN, isStale: true });
  return toFloatHistogram(histogram);
}

export const goldenRecords: Readonly<Record<RecordType, string>> = {
  custom_buckets_float_histogram_samples:
    "0a00000000000000060000018bd04710000000016900000000000000000000000000000000401c000000000000400400000000000001000200024008000000000000401000000000000000023fb999999999999a4014000000000000",
  custom_buckets_histogram_samples:
    "0900000000000000060000018bd0471000000001690000000000000000000740040000000000000100020002060200023fb999999999999a4014000000000000",
  exemplars: "0400000000000000040000018bd047100000003fd0000000000000010874726163655f69640361626303e807bff000000000000000",
  float_histogram_samples:
    "0800000000000000060000018bd0471000020002063f50624dd2f1a9fc40000000000000004072c0000000000040326666666666660207020201010001033ff00000000000004069200000000000404980000000000001404700000000000004b0ea0100000000000000000000000000000000000000000000000000007ff000000000000200000000",
  float_histogram_samples_v2:
    "0d0c80c0b884fa6200016900000000000000000000000000000000401c000000000000400400000000000001000200024008000000000000401000000000000000023fb999999999999a401400000000000002000280d68784fa6202063f50624dd2f1a9fc40000000000000004072c0000000000040326666666666660207020201010001033ff00000000000004069200000000000404980000000000001404700000000000002b0ea010100000000000000000000000000000000000000000000000000007ff000000000000200000000",
  histogram_samples:
    "0700000000000000060000018bd0471000020002063f50624dd2f1a9fc02ac024032666666666666020702020101000103029003ab02015c04b0ea010000000000000000000000007ff000000000000200000000",
  histogram_samples_v2:
    "0c0c80c0b884fa620001690000000000000000000740040000000000000100020002060200023fb999999999999a401400000000000002000280d68784fa6202063f50624dd2f1a9fc02ac024032666666666666020702020101000103029003ab02015c02b0ea01010000000000000000000000007ff000000000000200000000",
  metadata: "0601010204554e4954077365636f6e64730448454c500d536f6d6520c3a92068656c702eac02040204554e4954000448454c5000",
  mmapmarkers: "050000000000000001000000030000000800000000000000020000000300000384",
  samples:
    "0200000000000000050000018bd047100000003ff800000000000003cf0f7ff0000000000002f6ffffff3f00000000000000000004027ff000000000000006020000000000000000",
  samples_v2:
    "0b0a80c0b884fa62003ff800000000000003cf0f0280d68784fa627ff0000000000002faffffff3f00010000000000000000f1ffffff3f020282d68784fa627ff00000000000000202000000000000000000",
  series:
    "01000000000000000102085f5f6e616d655f5f027570036a6f6202c3a90000010000000000010161327878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878000000000000000300",
  tombstones: "0300000000000000090980c0b884fa62000000000000000affffffffffffffffff01feffffffffffffffff01",
};

/** The bytes of a golden record. */
export function goldenRecord(type: RecordType): Uint8Array {
  return new Uint8Array(Buffer.from(goldenRecords[type], "hex"));
}
