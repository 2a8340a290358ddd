import { expect, test } from "@jest/globals";
import { ByteWriter } from "@ferula/bytes";
import { createFloatHistogram, createIntegerHistogram, createSampleBatch } from "@ferula/model";
import fc from "fast-check";
import { replaySamples, replaySamplesV2 } from "../../../src/wal/decode-record.ts";
import { filterRecord, LatestMetadata } from "../../../src/wal/filter-record.ts";
import { decodeExemplars } from "../../../src/wal/records/exemplars.ts";
import { decodeHistograms, encodeHistograms, type HistogramRow, planHistogramRecords } from "../../../src/wal/records/histograms.ts";
import { decodeMetadata } from "../../../src/wal/records/metadata.ts";
import { decodeMmapMarkers } from "../../../src/wal/records/mmap-markers.ts";
import { checkRecordType, RECORD_BYTES, type RecordType } from "../../../src/wal/records/record-types.ts";
import { decodeTombstoneRows } from "../../../src/wal/records/tombstones.ts";
import { WalRefs } from "../../../src/wal/wal-refs.ts";
import { decodeSeriesRows } from "./decode-rows.ts";
import { goldenRecord, integerRows } from "./golden-records.ts";

function rowCount(decode: (record: Uint8Array) => readonly unknown[]): (record: Uint8Array) => number {
  return (record) => decode(record).length;
}

/** What a replay finds; to it the series are unknown. */
function replayedCount(replayRows: typeof replaySamples): (record: Uint8Array) => number {
  return (record) => {
    checkRecordType(record, ["samples", "samples_v2"]);
    return replayRows(new WalRefs(), record, createSampleBatch(0));
  };
}

function histogramCount(record: Uint8Array): number {
  const { rows, unknownSchemas } = decodeHistograms(record);
  return rows.length + unknownSchemas;
}

/** How many rows a record of each type has; throws as its decoder does. */
const rowCounts: Readonly<Record<RecordType, (record: Uint8Array) => number>> = {
  series: rowCount(decodeSeriesRows),
  samples: replayedCount(replaySamples),
  tombstones: rowCount(decodeTombstoneRows),
  exemplars: rowCount(decodeExemplars),
  mmapmarkers: rowCount(decodeMmapMarkers),
  metadata: rowCount(decodeMetadata),
  histogram_samples: histogramCount,
  float_histogram_samples: histogramCount,
  custom_buckets_histogram_samples: histogramCount,
  custom_buckets_float_histogram_samples: histogramCount,
  samples_v2: replayedCount(replaySamplesV2),
  histogram_samples_v2: histogramCount,
  float_histogram_samples_v2: histogramCount,
};

const types = Object.keys(RECORD_BYTES) as RecordType[];

function isRangeError(error: unknown): boolean {
  return (error as Error).name === "RangeError";
}

/** What `run` gives, or undefined when it throws a RangeError. */
function orRangeError<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!isRangeError(error)) throw error;
    return undefined;
  }
}

test.each(types)("a record of %s that is cut short gives fewer rows or a RangeError, never another row", (type) => {
  const record = goldenRecord(type);
  const whole = rowCounts[type](record);
  for (let length = 1; length < record.length; length++) {
    const count = orRangeError(() => rowCounts[type](record.slice(0, length)));
    if (count !== undefined) expect(count).toBeLessThan(whole);
  }
});

test.each(types)("bytes that follow the type %s by chance give rows or a RangeError, and filtering them the same", (type) => {
  const keepAll = { keepSeries: () => true, minTimeMs: -Infinity };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const record = Uint8Array.of(RECORD_BYTES[type], ...bytes);
      const count = orRangeError(() => rowCounts[type](record));
      const filtered = orRangeError(() =>
        type === "metadata" ? new LatestMetadata().add(record, keepAll) : filterRecord(new ByteWriter(), record, type, keepAll),
      );
      if (count !== undefined) expect(filtered?.total).toBe(count);
    }),
    { numRuns: 300 },
  );
});

test.each(types)("the decoder of %s refuses records of other types", (type) => {
  const other = types.find((candidate) => rowCounts[candidate] !== rowCounts[type]);
  expect(other).toBeDefined();
  expect(() => rowCounts[type](goldenRecord(other ?? type))).toThrow("cannot read a record of type");
});

test("a histogram of a schema that nobody knows is left out and counted, one that is too fine is reduced", () => {
  const withSchema = (schema: number, ref: number): HistogramRow => ({
    ref,
    timestampMs: 1000,
    startTimestampMs: 0,
    histogram: createIntegerHistogram({
      schema,
      count: 3,
      positiveSpans: Int32Array.of(4, 2),
      positiveBuckets: Float64Array.of(1, 1),
    }),
  });
  const writer = new ByteWriter();
  const rows = [withSchema(60, 1), withSchema(9, 2), withSchema(8, 3)];
  encodeHistograms(writer, { type: "histogram_samples", rows, base: rows[0] });
  const decoded = decodeHistograms(writer.view());
  expect(decoded.unknownSchemas).toBe(1);
  expect(decoded.rows.map(({ ref, histogram: { schema, positiveSpans } }) => [ref, schema, [...positiveSpans]])).toEqual([
    [2, 8, [2, 2]],
    [3, 8, [4, 2]],
  ]);
});

test("a histogram that is too fine and whose spans don't fit its buckets makes its record malformed", () => {
  const row = { ...integerRows[1], histogram: createIntegerHistogram({ schema: 10, positiveSpans: Int32Array.of(0, 2) }) };
  const writer = new ByteWriter();
  encodeHistograms(writer, planHistogramRecords([row], 1)[0]);
  expect(() => decodeHistograms(writer.view())).toThrow("cannot reduce a histogram of schema 10");
});

test.each([2 ** 53, 2 ** 60 + 2 ** 10, 2 ** 63, 2 ** 64])("a count of %d observations comes back as the nearest double", (count) => {
  const histogram = createIntegerHistogram({
    count,
    zeroCount: count,
    positiveSpans: Int32Array.of(0, 2),
    positiveBuckets: Float64Array.of(count, -count),
  });
  const writer = new ByteWriter();
  const row = { ref: 1, timestampMs: 1, startTimestampMs: 0, histogram };
  encodeHistograms(writer, planHistogramRecords([row], 2)[0]);
  const [found] = decodeHistograms(writer.view()).rows;
  const most = Math.min(count, 2 ** 63);
  expect(found.histogram).toMatchObject({ count, zeroCount: count });
  expect([...found.histogram.positiveBuckets]).toEqual([most, -most]);
});

test("histograms of both kinds go into records of their own", () => {
  const rows = [integerRows[1], { ...integerRows[1], histogram: createFloatHistogram({ count: 1 }) }];
  expect(planHistogramRecords(rows, 2).map(({ type }) => type)).toEqual(["histogram_samples_v2", "float_histogram_samples_v2"]);
  expect(planHistogramRecords([], 1)).toEqual([]);
});

test("the order of a series' histograms is kept, whatever records they go into", () => {
  const at = (ref: number, timestampMs: number, kind: "integer" | "float"): HistogramRow => {
    const histogram = kind === "integer" ? createIntegerHistogram() : createFloatHistogram();
    return { ref, timestampMs, startTimestampMs: 0, histogram };
  };
  const rows = [at(1, 1, "float"), at(2, 1, "integer"), at(1, 2, "float"), at(1, 3, "integer"), at(2, 2, "integer"), at(1, 4, "float")];
  const read = planHistogramRecords(rows, 1).flatMap((plan) => plan.rows);
  for (const ref of [1, 2]) expect(read.filter((row) => row.ref === ref)).toEqual(rows.filter((row) => row.ref === ref));
  expect(read).toHaveLength(rows.length);
});
