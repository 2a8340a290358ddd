import { expect, test } from "@jest/globals";
import { createFloatHistogram, createIntegerHistogram, type Histogram, type Labels } from "@ferula/model";
import fc from "fast-check";
import { ExpositionError, readFamilies, sortFamilies, writeFamilies, type MetricFamily, type WrittenFormat } from "../../src/index.ts";

const CONTENT_TYPES = {
  text: "text/plain; version=0.0.4",
  "openmetrics-1.0.0": "application/openmetrics-text; version=1.0.0",
  protobuf: "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
} as const satisfies Partial<Record<WrittenFormat, string>>;
type Format = keyof typeof CONTENT_TYPES;
const FORMATS = Object.keys(CONTENT_TYPES) as readonly Format[];

const text = fc.string({
  unit: fc.constantFrom("a", "B", "_", "7", " ", "ä", "☃", "𝄞", '"', "\\", "\n", "{", "=", "#", ","),
  maxLength: 6,
});
/** NaN apart, as -0 is: no text format has its sign. */
const number = fc.double({ noNaN: true }).map((value) => value + 0);
const value = fc.oneof(number, fc.constantFrom(NaN, 0, 1, -1, 1e6));
const count = fc.oneof(fc.nat(), fc.constantFrom(0, 127, 128, 2 ** 32, 2 ** 53));
/** Whole milliseconds, as protobuf is read; 0 is none there. */
const timeMs = fc.integer({ min: 1, max: 2 ** 42 });
const timestampSeconds = timeMs.map((ms) => ms / 1000);

const labels: fc.Arbitrary<Labels> = fc
  .uniqueArray(fc.constantFrom("A", "a.b", "code", "x y", "☃"), { maxLength: 3 })
  .chain((names) => fc.tuple(...names.toSorted().map((name) => fc.tuple(fc.constant(name), text))))
  .map((pairs) => pairs.flat());
/** In OpenMetrics one without labels is not written. */
const exemplar = fc.record(
  { labels: labels.filter(({ length }) => length > 0), value: number, timestampSeconds },
  { requiredKeys: ["labels", "value"] },
);

const side = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 3 })), {
    maxLength: 2,
  })
  .map((runs) => ({
    spans: Int32Array.from(runs.flatMap(([offset, buckets]) => [offset, buckets.length])),
    buckets: Float64Array.from(runs.flatMap(([, buckets]) => buckets)),
  }));
const native: fc.Arbitrary<Histogram> = fc
  .tuple(fc.boolean(), side, side, fc.integer({ min: -4, max: 8 }), fc.constantFrom(0, 0.001), fc.nat(9))
  .map(([isFloat, positive, negative, schema, zeroThreshold, zeroCount]) =>
    (isFloat ? createFloatHistogram : createIntegerHistogram)({
      schema,
      zeroThreshold,
      zeroCount,
      positiveSpans: positive.spans,
      positiveBuckets: isFloat ? positive.buckets.map((bucket) => bucket + 0.5) : deltas(positive.buckets),
      negativeSpans: negative.spans,
      negativeBuckets: isFloat ? negative.buckets : deltas(negative.buckets),
    }),
  );

function deltas(counts: Float64Array): Float64Array {
  return counts.map((one, i) => one - (i === 0 ? 0 : counts[i - 1]));
}

const scalar = fc.record({ labels, timestampMs: timeMs, value }, { requiredKeys: ["labels", "value"] });
const counter = fc.record(
  { labels, timestampMs: timeMs, value: fc.double({ min: 0, noNaN: true }).map((one) => one + 0), exemplar },
  { requiredKeys: ["labels", "value"] },
);
const summary = fc.record(
  {
    labels,
    timestampMs: timeMs,
    quantiles: fc.array(fc.record({ quantile: fc.constantFrom(0, 0.5, 1), value }), { maxLength: 2 }),
    count,
    sum: value,
  },
  { requiredKeys: ["labels", "quantiles", "count", "sum"] },
);
const bucket = fc.record(
  { upperBound: fc.constantFrom(-1, 0.5, 1), cumulativeCount: count, exemplar },
  { requiredKeys: ["upperBound", "cumulativeCount"] },
);
const histogram = fc
  .record(
    { labels, timestampMs: timeMs, buckets: fc.array(bucket, { maxLength: 3 }), count, sum: value },
    { requiredKeys: ["labels", "buckets", "count", "sum"] },
  )
  // The bucket of all is what the writers of text add.
  .map((metric) => ({ ...metric, buckets: [...metric.buckets, { upperBound: Infinity, cumulativeCount: metric.count }] }));

/** Text knows no empty help, and drops blanks before it. */
const help = text.map((rest) => `H${rest}`);
const head = <Type extends MetricFamily["type"]>(type: Type, suffix = "") =>
  fc.record(
    { name: fc.constantFrom("a", "b.c", "☃ x", "d").map((name) => name + suffix), type: fc.constant(type), help },
    { requiredKeys: ["name", "type"] },
  );
const distinct = <Metric extends { readonly labels: Labels }>(metric: fc.Arbitrary<Metric>) =>
  fc.uniqueArray(metric, { minLength: 1, maxLength: 3, selector: ({ labels: own }) => JSON.stringify(own) });
const familyOf = <Head extends object, Metric extends { readonly labels: Labels }>(
  heads: fc.Arbitrary<Head>,
  metric: fc.Arbitrary<Metric>,
): fc.Arbitrary<MetricFamily> =>
  fc.tuple(heads, distinct(metric)).map(([own, metrics]) => ({ ...own, metrics }) as unknown as MetricFamily);

const family: fc.Arbitrary<MetricFamily> = fc.oneof(
  familyOf(head("counter", "_total"), counter),
  familyOf(head("gauge"), scalar),
  familyOf(head("untyped"), scalar),
  familyOf(head("summary"), summary),
  familyOf(head("histogram"), histogram),
);
const families = fc.uniqueArray(family, { maxLength: 4, selector: ({ name }) => name.replace("_total", "") });

function written(list: readonly MetricFamily[], format: Format): Uint8Array {
  return writeFamilies(list, { format, escaping: "allow-utf-8" });
}

/** Text has no exemplars. */
function asSaidBy(format: Format, list: readonly MetricFamily[]): unknown {
  return format === "text" ? JSON.parse(JSON.stringify(list, replacer)) : JSON.parse(JSON.stringify(list, numbers));
}

function replacer(key: string, part: unknown): unknown {
  return key === "exemplar" ? undefined : numbers(key, part);
}

/** JSON has no NaN and infinities. */
function numbers(_key: string, part: unknown): unknown {
  return typeof part === "number" && !Number.isFinite(part) ? String(part) : part;
}

test.each(FORMATS)("what is written as %s is read as the same families, and written again as the same bytes", (format) => {
  fc.assert(
    fc.property(families, (list) => {
      const bytes = written(list, format);
      const again = readFamilies(bytes, CONTENT_TYPES[format]);
      const sorted = asSaidBy(format, sortFamilies(list)) as readonly object[];
      expect(asSaidBy(format, again)).toEqual(sorted);
      expect(Buffer.from(written(again, format)).equals(bytes)).toBe(true);
    }),
    { numRuns: 80 },
  );
});

test("native histograms, their exemplars, times of creation and units go through protobuf", () => {
  const metric = fc
    .tuple(labels, native, timestampSeconds, exemplar, count)
    .map(([own, histogramOf, createdSeconds, one, observations]) => ({
      labels: own,
      createdSeconds,
      buckets: [],
      // Of a float histogram without observations nothing would say that it is one.
      count: observations + 1,
      sum: 1.5,
      native: { ...histogramOf, count: observations + 1, sum: 1.5 },
      exemplars: [one],
    }));
  fc.assert(
    fc.property(familyOf(head("histogram"), metric), (own) => {
      const list: readonly MetricFamily[] = sortFamilies([{ ...own, unit: "seconds" }]);
      expect(readFamilies(written(list, "protobuf"), CONTENT_TYPES.protobuf)).toEqual(list);
    }),
    { numRuns: 80 },
  );
});

test.each(FORMATS)("%s with some bytes changed is read, or refused by an ExpositionError", (format) => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(families, changes, fc.nat(), (list, edits, cut) => {
      const bytes = Buffer.from(written(list, format));
      for (const [at, byte] of edits) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      const part = cut % 3 === 0 ? bytes.subarray(0, cut % (bytes.length + 1)) : bytes;
      try {
        expect(Array.isArray(readFamilies(part, CONTENT_TYPES[format]))).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(ExpositionError);
      }
    }),
    { numRuns: 300 },
  );
});
