import { describe, expect, test } from "@jest/globals";
import { createFloatHistogram, createIntegerHistogram, type Histogram } from "@ferula/model";
import type { OutgoingSeries } from "@ferula/wire";
import { counterOf, NOW_MS, series, startReceiver } from "../support.ts";

const HOUR = 3_600_000;
const INVALID = "prometheus_api_remote_write_invalid_labels_samples_total";
const WITHOUT_METADATA = "prometheus_api_remote_write_without_metadata_appended_samples_total";

function histogramSeries(name: string, histogram: Histogram, offsetMs = 0): OutgoingSeries {
  return { labels: ["__name__", name], histograms: [{ timestampMs: NOW_MS + offsetMs, startTimestampMs: 0, histogram }] };
}

const sound = createIntegerHistogram({ count: 2, sum: 3, positiveSpans: Int32Array.of(0, 1), positiveBuckets: Float64Array.of(2) });
const contradictory = createIntegerHistogram({ count: 1, sum: 3, positiveSpans: Int32Array.of(0, 1), positiveBuckets: Float64Array.of(2) });

describe("samples that are not taken", () => {
  const before = [series({ __name__: "a", job: "x" }, [0, 1]), series({ __name__: "b" }, [0, 1])];

  test.each([
    { why: "older", sample: [-1, 1], text: "out of order sample" },
    {
      why: "another value at the same time",
      sample: [0, 2],
      text: `duplicate sample for timestamp ${NOW_MS}; overrides not allowed: existing 1, new value 2`,
    },
    { why: "far too old", sample: [-2 * HOUR, 1], text: "out of bounds" },
    { why: "from the future", sample: [600_001, 1], text: "out of bounds: timestamp is too far in the future" },
  ] as const)("$why: 1.0 hears of the first, 2.0 of each, and the others count", async ({ sample, text }) => {
    const request = [
      series({ __name__: "a", job: "x" }, sample, [10, 5]),
      series({ __name__: "b" }, sample),
      series({ __name__: "c" }, [3, 4]),
    ];
    const stored = ['{__name__="a", job="x"} 1@0 5@10', '{__name__="b"} 1@0', '{__name__="c"} 4@3'];
    const old = await startReceiver();
    await old.write(before);
    expect(await old.write(request)).toEqual({ status: 400, text: `${text}\n`, written: undefined });
    expect(old.stored()).toEqual(stored);
    const current = await startReceiver();
    await current.writeV2(before);
    expect(await current.writeV2(request)).toEqual({
      status: 400,
      text: `${text} for series {__name__="a", job="x"}\n${text} for series {__name__="b"}\n`,
      written: [2, 0, 0],
    });
    expect(current.stored()).toEqual(stored);
  });

  test("the same sample again is no fault", async () => {
    const { writeV2 } = await startReceiver();
    await writeV2(before);
    expect(await writeV2(before)).toEqual({ status: 204, text: "", written: [2, 0, 0] });
  });

  test("ten minutes ahead are no future", async () => {
    const { write } = await startReceiver();
    expect(await write([series({ __name__: "a" }, [600_000, 1])])).toMatchObject({ status: 204 });
  });
});

describe("histograms", () => {
  test("are stored, finer ones merged", async () => {
    const { writeV2, stored } = await startReceiver();
    const fine = createFloatHistogram({
      schema: 10,
      count: 3,
      sum: 3,
      positiveSpans: Int32Array.of(1, 2),
      positiveBuckets: Float64Array.of(1, 2),
    });
    expect(await writeV2([histogramSeries("h", sound), histogramSeries("fine", fine)])).toEqual({
      status: 204,
      text: "",
      written: [0, 2, 0],
    });
    expect(stored()).toEqual([
      '{__name__="fine"} {{schema:8 count:3 sum:3 offset:1 buckets:[3]}}@0',
      '{__name__="h"} {{count:2 sum:3 buckets:[2]}}@0',
    ]);
  });

  test.each([
    { why: "that contradict themselves", histogram: contradictory, text: /^2 observations found in buckets, but the Count field is 1: / },
    {
      why: "of a schema there is none of",
      histogram: createIntegerHistogram({ schema: 60 }),
      text: /^histogram has an invalid schema.*60/,
    },
    {
      why: "that are too fine and don't fit their spans",
      histogram: createIntegerHistogram({ schema: 9, positiveSpans: Int32Array.of(0, 5) }),
      text: /spans specify different number of buckets/,
    },
  ])("$why are refused, the others count", async ({ histogram, text }) => {
    const request = [histogramSeries("bad", histogram), series({ __name__: "a" }, [0, 1]), histogramSeries("h", sound)];
    const { write, writeV2, stored } = await startReceiver();
    const answer = await writeV2(request);
    expect(answer).toMatchObject({ status: 400, written: [1, 1, 0] });
    expect(answer.text.split(' for series {__name__="bad"}')).toEqual([expect.stringMatching(text), "\n"]);
    expect(stored().map((row) => row.split(" ")[0])).toEqual(['{__name__="a"}', '{__name__="h"}']);
    expect(await write(request)).toMatchObject({ status: 400, text: expect.stringMatching(text) });
  });

  test("come behind the floats of their series", async () => {
    const { writeV2 } = await startReceiver();
    await writeV2([series({ __name__: "a" }, [0, 1]), series({ __name__: "h" }, [5, 1])]);
    const mixed = {
      ...series({ __name__: "h" }, [1, 1]),
      histograms: [{ timestampMs: NOW_MS + 2, startTimestampMs: 0, histogram: sound }],
    };
    expect(await writeV2([mixed, series({ __name__: "a" }, [-1, 1])])).toEqual({
      status: 400,
      text: 'out of order sample for series {__name__="h"}\nout of order sample for series {__name__="h"}\nout of order sample for series {__name__="a"}\n',
      written: [0, 0, 0],
    });
  });
});

describe("labels", () => {
  test.each([
    { why: "no name", labels: ["job", "x"], text: 'invalid metric name or labels, got {job="x"}' },
    { why: "an empty name", labels: ["__name__", ""], text: 'invalid metric name or labels, got {__name__=""}' },
    { why: "a label without name", labels: ["", "x", "__name__", "a"], text: 'invalid metric name or labels, got {""="x", __name__="a"}' },
    {
      why: "one name twice",
      labels: ["__name__", "a", "job", "x", "job", "y"],
      text: 'invalid labels for series, labels {__name__="a", job="x", job="y"}, duplicated label job',
    },
  ])("$why: 1.0 is told nothing, 2.0 all", async ({ labels, text }) => {
    const bad = { ...series({}, [0, 1], [1, 1]), labels };
    const { write, writeV2, stored, registry } = await startReceiver();
    expect(await write([bad, series({ __name__: "b" }, [0, 1])])).toEqual({ status: 204, text: "", written: undefined });
    expect(await counterOf(registry, INVALID)).toBe(1);
    expect(await writeV2([bad, series({ __name__: "b" }, [1, 1])])).toEqual({ status: 400, text: `${text}\n`, written: [1, 0, 0] });
    expect(await counterOf(registry, INVALID)).toBe(3);
    expect(stored()).toEqual(['{__name__="b"} 1@0 1@1']);
  });

  test("may come in any order, and without values", async () => {
    const { write, stored } = await startReceiver();
    await write([{ ...series({}, [0, 1]), labels: ["job", "x", "empty", "", "__name__", "a"] }]);
    await write([{ ...series({}, [1, 2]), labels: ["__name__", "a", "job", "x"] }]);
    expect(stored()).toEqual(['{__name__="a", job="x"} 1@0 2@1']);
  });

  test("may be any UTF-8", async () => {
    const { write, stored } = await startReceiver();
    await write([series({ __name__: "Größe", "odd name": "🦊\n" }, [0, 1])]);
    expect(stored()).toEqual(['{__name__="Größe", "odd name"="🦊\\n"} 1@0']);
  });
});

test("2.0 is told of series without samples, which 1.0 may send", async () => {
  const { write, writeV2, stored } = await startReceiver();
  const empty = { labels: ["__name__", "a"] };
  expect(await write([empty])).toMatchObject({ status: 204 });
  expect(await writeV2([empty])).toEqual({
    status: 400,
    text: 'TimeSeries must contain at least one sample or histogram for series {__name__="a"}\n',
    written: [0, 0, 0],
  });
  expect(stored()).toEqual([]);
});

test("a thousand complaints are told, the others counted", async () => {
  const { writeV2 } = await startReceiver();
  const { text } = await writeV2(Array.from({ length: 1003 }, (_, i) => series({ __name__: `a${i}` }, [700_000, 1])));
  expect(text.split("\n")).toHaveLength(1002);
  expect(text).toContain("\nand 3 more\n");
});

test("samples of 1.0 are counted as without metadata, those of 2.0 when it can't be kept", async () => {
  const failing = (): never => {
    throw new Error("disk full");
  };
  const metadata = { type: "counter", help: "Help.", unit: "" } as const;
  const plain = await startReceiver();
  await plain.write([series({ __name__: "a" }, [0, 1], [1, 1])]);
  await plain.writeV2([{ ...series({ __name__: "a" }, [2, 1]), metadata }]);
  expect(await counterOf(plain.registry, WITHOUT_METADATA)).toBe(2);
  const broken = await startReceiver({ metadata: failing });
  expect(await broken.writeV2([{ ...series({ __name__: "a" }, [2, 1]), metadata }])).toMatchObject({ status: 204 });
  expect(await counterOf(broken.registry, WITHOUT_METADATA)).toBe(1);
});
