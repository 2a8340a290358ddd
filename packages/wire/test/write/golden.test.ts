import { expect, test } from "@jest/globals";
import { createFloatHistogram, createIntegerHistogram } from "@ferula/model";
import { encodeWriteRequest, encodeWriteRequestV2, type OutgoingSeries, type WireHistogram } from "../../src/index.ts";
import { columnsOf } from "../arbitraries.ts";
import { readAll } from "../support.ts";

/*
 * Bytes that upstream's own encoder (gogo/protobuf, Prometheus 3.14) makes of these series.
 */
const V1 =
  "0a420a0e0a085f5f6e616d655f5f120275700a080a036a6f62120161121009020000000000f07f1080d095ffbc31121409000000000000e0bf10ffffffffffffffffff01" +
  "0a590a0d0a085f5f6e616d655f5f1201681a1a0a0d0a0874726163655f69641201781100000000000000401807222c080519000000000000f83f200129fca9f1d24d62503f30" +
  "025a04080310015a04080610016202040170027809";
const V2 =
  "220022085f5f6e616d655f5f22026e68220874726163655f69642202c3a9220548656c702e2a740a0201021a57110000000000000c4019020000000000f07f20693900000000" +
  "000000005a0210026a10000000000000f03f000000000000044070037880d095ffbc31820110000000000000e03f000000000000f03f88018080babbc82e220f0a0203041100" +
  "0000000000f0bf18032a04080318052a150a020102120d09000000000000f03f100518042a00";

const withStaleMarker = columnsOf([
  [1_700_000_000_000, 0],
  [-1, -0.5],
]);
withStaleMarker.valueBits.set([2, 0x7ff00000]);

const integer: WireHistogram = {
  timestampMs: 9,
  startTimestampMs: 0,
  histogram: createIntegerHistogram({
    count: 5,
    sum: 1.5,
    schema: -1,
    zeroThreshold: 0.001,
    zeroCount: 2,
    positiveSpans: Int32Array.of(-2, 1, 3, 1),
    positiveBuckets: Float64Array.of(2, -1),
    counterResetHint: "not_reset",
  }),
};
const float: WireHistogram = {
  timestampMs: 1_700_000_000_000,
  startTimestampMs: 1_600_000_000_000,
  histogram: createFloatHistogram({
    count: 3.5,
    sum: NaN,
    isStale: true,
    schema: -53,
    positiveSpans: Int32Array.of(0, 2),
    positiveBuckets: Float64Array.of(1, 2.5),
    customValues: Float64Array.of(0.5, 1),
    counterResetHint: "gauge",
  }),
};

const v1: readonly OutgoingSeries[] = [
  { labels: ["__name__", "up", "job", "a"], samples: withStaleMarker },
  { labels: ["__name__", "h"], histograms: [integer], exemplars: [{ timestampMs: 7, value: 2, labels: ["trace_id", "x"] }] },
];
const v2: readonly OutgoingSeries[] = [
  {
    labels: ["__name__", "nh"],
    histograms: [float],
    exemplars: [{ timestampMs: 3, value: -1, labels: ["trace_id", "é"] }],
    metadata: { type: "histogram", help: "Help.", unit: "" },
  },
  { labels: ["__name__", "nh"], samples: columnsOf([[5, 1]]), startTimestampsMs: Float64Array.of(4) },
];

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

test("1.0 is written as upstream writes it", () => {
  expect(Buffer.from(encodeWriteRequest(v1)).toString("hex")).toBe(V1);
});

test("2.0 is written as upstream writes it", () => {
  expect(Buffer.from(encodeWriteRequestV2(v2)).toString("hex")).toBe(V2);
});

test("1.0 is read to the bit", () => {
  const [first, second] = readAll(bytes(V1), 1);
  expect(first).toMatchObject({
    labels: ["__name__", "up", "job", "a"],
    samples: [
      [1_700_000_000_000, 0, 2, 0x7ff00000],
      [-1, 0, 0, 0xbfe00000],
    ],
  });
  expect(second).toMatchObject({ histograms: [integer], exemplars: [{ timestampMs: 7, value: 2, labels: ["trace_id", "x"] }] });
});

test("2.0 is read to the bit", () => {
  const [first, second] = readAll(bytes(V2), 2);
  expect(first).toMatchObject({
    labels: ["__name__", "nh"],
    histograms: [float],
    exemplars: [{ timestampMs: 3, value: -1, labels: ["trace_id", "é"] }],
    metadata: ["histogram", "Help.", ""],
  });
  expect(second).toMatchObject({ labels: ["__name__", "nh"], samples: [[5, 4, 0, 0x3ff00000]] });
});
