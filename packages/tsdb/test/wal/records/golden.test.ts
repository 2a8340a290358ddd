import { expect, test } from "@jest/globals";
import { ByteWriter } from "@ferula/bytes";
import { decodeExemplars, encodeExemplars } from "../../../src/wal/records/exemplars.ts";
import { decodeHistograms, encodeHistograms, type HistogramRow, planHistogramRecords } from "../../../src/wal/records/histograms.ts";
import { decodeMetadata, encodeMetadata } from "../../../src/wal/records/metadata.ts";
import { decodeMmapMarkers, encodeMmapMarkers } from "../../../src/wal/records/mmap-markers.ts";
import { RECORD_BYTES, type RecordType, recordTypeOf } from "../../../src/wal/records/record-types.ts";
import { createWalSamples, encodeWalSamples, growWalSamples, type WalSamples } from "../../../src/wal/records/samples.ts";
import { encodeSeriesRows } from "../../../src/wal/records/series.ts";
import { decodeTombstoneRows, encodeTombstoneRows } from "../../../src/wal/records/tombstones.ts";
import { decodeSampleRows, decodeSeriesRows } from "./decode-rows.ts";
import {
  exemplarRows,
  floatRows,
  goldenRecord,
  goldenRecords,
  integerRows,
  markerRows,
  metadataRows,
  sampleRows,
  seriesRows,
  tombstoneRows,
} from "./golden-records.ts";

function hexOf(encode: (writer: ByteWriter) => void): string {
  const writer = new ByteWriter();
  encode(writer);
  return Buffer.from(writer.view()).toString("hex");
}

function walSamples(): WalSamples {
  const samples = createWalSamples(1);
  growWalSamples(samples, sampleRows.length);
  sampleRows.forEach(([ref, timestampMs, startTimestampMs, high, low], row) => {
    samples.walRefs[row] = ref;
    samples.timestampsMs[row] = timestampMs;
    samples.startTimestampsMs[row] = startTimestampMs;
    samples.valueBits[2 * row + 1] = high;
    samples.valueBits[2 * row] = low;
  });
  samples.length = sampleRows.length;
  return samples;
}

const plans = [
  ...planHistogramRecords([...floatRows, ...integerRows], 1),
  ...planHistogramRecords(integerRows, 2),
  ...planHistogramRecords(floatRows, 2),
];

const encoders: readonly (readonly [RecordType, (writer: ByteWriter) => void])[] = [
  ["series", (writer) => encodeSeriesRows(writer, seriesRows)],
  ["samples", (writer) => encodeWalSamples(writer, walSamples(), "samples")],
  ["samples_v2", (writer) => encodeWalSamples(writer, walSamples(), "samples_v2")],
  ["tombstones", (writer) => encodeTombstoneRows(writer, tombstoneRows)],
  ["exemplars", (writer) => encodeExemplars(writer, exemplarRows)],
  ["mmapmarkers", (writer) => encodeMmapMarkers(writer, markerRows)],
  ["metadata", (writer) => encodeMetadata(writer, metadataRows)],
  ...plans.map((plan): readonly [RecordType, (writer: ByteWriter) => void] => [plan.type, (writer) => encodeHistograms(writer, plan)]),
];

test("there is an encoder of every type", () => {
  expect(encoders.map(([type]) => type).sort()).toEqual(Object.keys(RECORD_BYTES).sort());
});

test.each(encoders)("a record of %s has upstream's bytes", (type, encode) => {
  expect(hexOf(encode)).toBe(goldenRecords[type]);
});

const rowDecoders: readonly (readonly [RecordType, (record: Uint8Array) => unknown, unknown])[] = [
  ["series", decodeSeriesRows, seriesRows],
  ["tombstones", decodeTombstoneRows, tombstoneRows],
  ["exemplars", decodeExemplars, exemplarRows],
  ["mmapmarkers", decodeMmapMarkers, markerRows],
  ["metadata", decodeMetadata, metadataRows],
];

test.each(rowDecoders)("a record of %s reads back", (type, decode, rows) => {
  expect(decode(goldenRecord(type))).toEqual(rows);
});

test.each([
  ["samples", false],
  ["samples_v2", true],
] as const)("a record of %s reads back, with start timestamps: %p", (type, keepsStarts) => {
  expect(decodeSampleRows(goldenRecord(type))).toEqual(
    sampleRows.map(([ref, ms, startMs, high, low]) => [ref, ms, keepsStarts ? startMs : 0, high, low]),
  );
});

test.each(plans.map(({ type, rows }) => [type, rows] as const))("a record of %s reads back", (type, rows) => {
  const keepsStarts = type.endsWith("_v2");
  const want: HistogramRow[] = rows.map((row) => ({ ...row, startTimestampMs: keepsStarts ? row.startTimestampMs : 0 }));
  expect(decodeHistograms(goldenRecord(type))).toEqual({ rows: want, unknownSchemas: 0 });
});

test.each(Object.entries(RECORD_BYTES))("a record of %s is told by its first byte", (type, byte) => {
  expect(recordTypeOf(Uint8Array.of(byte, 0xff))).toBe(type);
});

test.each([[[]], [[0]], [[14]], [[255]]])("the record %p is of no known type", (bytes) => {
  expect(recordTypeOf(Uint8Array.from(bytes))).toBeUndefined();
});
