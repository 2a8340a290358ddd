import { describe, expect, test } from "@jest/globals";
import { ExpositionError } from "../../src/exposition-error.ts";
import { ClassicHistogram } from "@ferula/model";
import { convertedHistogram, nativeHistogram } from "../../src/protobuf/message-histogram.ts";
import { familyHelp, familyName, familyUnit, metricLabels, readExemplar } from "../../src/protobuf/message-texts.ts";
import { COUNTER_VALUE, createMetricMessage, MAX_PARTS, type MetricMessage } from "../../src/protobuf/metric-message.ts";
import { MESSAGE_TYPES, scanMessages } from "../../src/protobuf/scan-messages.ts";

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}

function nested(field: number, content: readonly number[] | string): number[] {
  const bytes = typeof content === "string" ? [...Buffer.from(content)] : content;
  return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
}

function double(field: number, value: number): number[] {
  return [field * 8 + 1, ...new Uint8Array(Float64Array.of(value).buffer)];
}

function delimited(...fields: (readonly number[])[]): Uint8Array {
  const content = fields.flat();
  return Uint8Array.from([...varint(content.length), ...content]);
}

function label(name: string, value: string): number[] {
  return nested(1, [...nested(1, name), ...nested(2, value)]);
}

/** What a body has, as lines. */
function scanned(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  scanMessages(bytes, 0, bytes.length, {
    family: (of) => lines.push(`${MESSAGE_TYPES[of.type]} ${familyName(bytes, of)} (${familyUnit(bytes, of)}): ${familyHelp(bytes, of)}`),
    metric: (metric) =>
      lines.push(`${JSON.stringify(metricLabels(bytes, metric))} ${metric.numbers[COUNTER_VALUE]} @${metric.timestampMs}`),
  });
  return lines;
}

const counter = nested(4, [...label("a", "ü"), ...nested(3, double(1, 2)), 48, 5]);

describe("what is told of a body", () => {
  test.each([
    ["a family and its metric", delimited(nested(1, "c"), nested(2, "Help."), counter), ["counter c (): Help.", '[["a","ü"]] 2 @5']],
    ["a name behind the metrics", delimited(counter, nested(5, "s"), nested(1, "c")), ["counter c (s): ", '[["a","ü"]] 2 @5']],
    ["nothing of a family without metrics, whatever its name", delimited(nested(1, [255])), []],
    [
      "nothing of fields that are not known",
      delimited(nested(1, "c"), nested(90, "x"), [83, 8, 1, 84], counter),
      ["counter c (): ", '[["a","ü"]] 2 @5'],
    ],
    [
      "numbers that a metric lacks are 0, whatever the last one had",
      delimited(nested(1, "c"), counter, nested(4, [])),
      ["counter c (): ", '[["a","ü"]] 2 @5', "[] 0 @0"],
    ],
    ["a time before 1970", delimited(nested(1, "c"), nested(4, [48, ...Array<number>(9).fill(255), 1])), ["counter c (): ", "[] 0 @-1"]],
  ])("%s", (_why, bytes, expected) => {
    expect(scanned(bytes)).toEqual(expected);
  });
});

describe("errors, in upstream's words", () => {
  test.each([
    [
      "a body that is cut off",
      delimited(nested(1, "c"), counter).subarray(0, 9),
      "clientpb: insufficient length of buffer, expected at least 28 bytes, got 9 bytes",
    ],
    ["a field that is cut off", delimited([10, 5, 1]), "unexpected EOF"],
    [
      "a number that is cut off",
      delimited(nested(1, "c"), nested(4, nested(3, double(1, 2).slice(0, 5))), nested(2, "behind it")),
      "unexpected EOF",
    ],
    ["another wire type", delimited([8, 1]), "proto: wrong wireType = 0 for field Name"],
    ["the tag 0", delimited([0]), "proto: MetricFamily: illegal tag 0 (wire type 0)"],
    ["the end of no group", delimited([12]), "proto: MetricFamily: wiretype end group for non-group"],
    ["a varint of eleven bytes", delimited([24, ...Array<number>(10).fill(255), 1]), "proto: integer overflow"],
    ["a length below zero", delimited([10, ...Array<number>(9).fill(255), 1]), "proto: negative length found during unmarshaling"],
    ["a type that is none", delimited(nested(1, "c"), [24, 9], counter), 'unknown metric type for metric "c": 9'],
    ["a name that is no UTF-8", delimited(nested(1, [255]), counter), "invalid metric name: \ufffd"],
    ["help that is no UTF-8", delimited(nested(1, "c"), nested(2, [255]), counter), 'invalid help for metric "c": \ufffd'],
    ["a label without a name", delimited(nested(1, "c"), nested(4, label("", "x"))), "invalid label name: "],
    [
      "a value that is no UTF-8",
      delimited(nested(1, "c"), nested(4, nested(1, [...nested(1, "a"), ...nested(2, [255])]))),
      "invalid label value: \ufffd",
    ],
  ])("%s", (_why, bytes, reason) => {
    expect(() => scanned(bytes)).toThrow(new ExpositionError(0, reason));
  });

  test("a metric of more parts than memory is spent on", () => {
    const labels = Array.from({ length: MAX_PARTS + 1 }, () => [10, 0]).flat();
    expect(() => scanned(delimited(nested(1, "c"), nested(4, labels)))).toThrow(`more than ${MAX_PARTS} labels`);
  });
});

/** A number for each metric of a body. */
function ofMetrics(bytes: Uint8Array, read: (metric: MetricMessage) => unknown): unknown[] {
  const found: unknown[] = [];
  scanMessages(bytes, 0, bytes.length, { family: () => undefined, metric: (metric) => found.push(read(metric)) });
  return found;
}

test.each([
  { why: "counters", field: 3, created: 3, read: (metric: MetricMessage) => metric.counterStartTimestampMs },
  { why: "summaries", field: 4, created: 4, read: (metric: MetricMessage) => metric.summaryStartTimestampMs },
  { why: "histograms", field: 7, created: 15, read: (metric: MetricMessage) => metric.histogram.startTimestampMs },
])("$why began when they say, and those that don't began at no time that the last one said", ({ field, created, read }) => {
  const began = nested(4, nested(field, nested(created, [8, 7])));
  expect(ofMetrics(delimited(nested(1, "c"), began, nested(4, []), began), read)).toEqual([7000, 0, 7000]);
});

test("a span lacks nothing that another one had in its place", () => {
  const spans = [nested(12, [8, 10, 16, 3]), nested(12, [])].map((span) => nested(4, nested(7, span)));
  const found = ofMetrics(delimited(nested(1, "h"), [24, 4], ...spans), ({ histogram: { positive } }) => [...positive.spans.slice(0, 2)]);
  expect(found).toEqual([
    [5, 3],
    [0, 0],
  ]);
});

test.each([true, false])("a histogram of converted buckets is a gauge where its family is one: %s", (isGauge) => {
  const metric = createMetricMessage();
  expect(convertedHistogram(metric, isGauge, new ClassicHistogram()).counterResetHint).toBe(isGauge ? "gauge" : "unknown");
});

test("deltas come packed or one by one", () => {
  const spans = nested(12, [8, 0, 16, 3]);
  const bytes = delimited(
    nested(1, "h"),
    [24, 4],
    ...[
      [106, 2, 2, 4, 104, 1],
      [104, 2, 106, 2, 4, 1],
    ].map((deltas) => nested(4, nested(7, [8, 6, ...spans, ...deltas]))),
  );
  const found: number[][] = [];
  scanMessages(bytes, 0, bytes.length, {
    family: () => undefined,
    metric: (metric) => found.push([...nativeHistogram(metric, false).positiveBuckets]),
  });
  expect(found).toEqual([
    [1, 2, -1],
    [1, 2, -1],
  ]);
});

test.each([
  ["with a time, rounded towards zero", nested(3, [8, 1, 16, ...varint(999_999_999)]), 1999],
  ["without one", [], undefined],
])("an exemplar %s", (_why, time, timestampMs) => {
  const bytes = Uint8Array.from([...label("b", "2"), ...label("a", "1"), ...double(2, 0.5), ...time]);
  expect(readExemplar(bytes, 0, bytes.length)).toEqual({ labels: ["a", "1", "b", "2"], value: 0.5, timestampMs });
});
