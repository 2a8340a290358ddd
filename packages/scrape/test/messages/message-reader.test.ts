import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { ScrapeError } from "../../src/cache/scrape-error.ts";
import { createMadeUpStarts } from "../../src/starts/made-up-starts.ts";
import { plainRules, relabelRules } from "../cache/support.ts";
import { double, everyForm, exemplar, family, gauge, label, lines, messageReader, nested, signed, varint, whole } from "./support.ts";

const START = nested(15, whole(1, 7));

/** A histogram's content: buckets at 1 and 2, the second with an exemplar without a time. */
const classic = [
  ...whole(1, 5),
  ...double(2, 7.5),
  ...nested(3, [...whole(1, 2), ...double(2, 1), ...nested(3, exemplar("a", 0.5, 3))]),
  ...nested(3, [...whole(1, 4), ...double(2, 2), ...nested(3, exemplar("b", 1.5))]),
];
const spans = nested(12, [...signed(1, 0), ...whole(2, 2)]);
const native = [...whole(1, 3), ...double(2, 7.5), ...signed(5, 3), ...double(6, 0.001), ...spans, ...nested(13, [4, 1])];

const classicSeries = [
  "h_count{} 5 @1000",
  "h_sum{} 7.5 @1000",
  "h_bucket{le=1.0} 2 @1000",
  "h_bucket{le=2.0} 4 @1000",
  "h_bucket{le=+Inf} 5 @1000",
];
const classicExemplars = ["exemplar of h_bucket|le|1.0: id=a 0.5 @3000", "exemplar of h_bucket|le|2.0: id=b 1.5 @1000"];
const nativeLine = "h integer unknown schema 3 count 3 spans 0,2 buckets 2,-1 bounds  @1000";

describe("what comes out of a metric", () => {
  test.each([
    ["a gauge with its own time", {}, family("g", "gauge", gauge("1", 2.5, ...whole(6, 900))), ["g{i=1} 2.5 @900"]],
    ["a type that the message has no value of", {}, family("g", "gauge", nested(3, double(1, 2))), ["g{} 0 @1000"]],
    [
      "a counter and its exemplar",
      {},
      family("c", "counter", nested(3, [...double(1, 3), ...nested(2, exemplar("x", 1))])),
      ["c{} 3 @1000", "exemplar of c: id=x 1 @1000"],
    ],
    [
      "a summary",
      {},
      family("s", "summary", nested(4, [...whole(1, 4), ...double(2, 9), ...nested(3, [...double(1, 0.5), ...double(2, 2)])])),
      ["s_count{} 4 @1000", "s_sum{} 9 @1000", "s{quantile=0.5} 2 @1000"],
    ],
    [
      "a classic histogram, whose last bucket is made up",
      {},
      family("h", "histogram", nested(7, classic)),
      [...classicSeries, ...classicExemplars],
    ],
    [
      "no bucket behind the infinite one",
      {},
      family("h", "histogram", nested(7, [...nested(3, double(2, Infinity)), ...nested(3, double(2, 9))])),
      ["h_count{} 0 @1000", "h_sum{} 0 @1000", "h_bucket{le=+Inf} 0 @1000"],
    ],
    ["a native histogram", {}, family("h", "histogram", nested(7, native)), [nativeLine]],
    ["a native gauge histogram", {}, family("h", "gaugeHistogram", nested(7, native)), [nativeLine.replace("unknown", "gauge")]],
    [
      "a native histogram's exemplars: its buckets', and only those with a time",
      {},
      family(
        "h",
        "histogram",
        nested(7, [...native, ...nested(3, [...whole(1, 2), ...double(2, 1), ...nested(3, exemplar("a", 0.5, 3))])]),
      ),
      [nativeLine, "exemplar of h: id=a 0.5 @3000"],
    ],
    [
      "a native histogram's own exemplars before those of its buckets, in the order of time",
      {},
      family(
        "h",
        "histogram",
        nested(7, [
          ...native,
          ...nested(3, nested(3, exemplar("a", 0.5, 3))),
          ...nested(16, exemplar("y", 2, 5)),
          ...nested(16, exemplar("x", 1, 4)),
          ...nested(16, exemplar("z", 1)),
        ]),
      ),
      [nativeLine, "exemplar of h: id=x 1 @4000", "exemplar of h: id=y 2 @5000"],
    ],
    [
      "a native histogram where they are not read",
      { forms: { ...everyForm, readsNative: false } },
      family("h", "histogram", nested(7, native)),
      ["h_count{} 3 @1000", "h_sum{} 7.5 @1000", "h_bucket{le=+Inf} 3 @1000"],
    ],
    [
      "both forms where classic ones are kept",
      { forms: { ...everyForm, keepsClassic: true } },
      family("h", "histogram", nested(7, [...native, ...nested(3, [...whole(1, 2), ...double(2, 1)])])),
      ["h_count{} 3 @1000", "h_sum{} 7.5 @1000", "h_bucket{le=1.0} 2 @1000", "h_bucket{le=+Inf} 3 @1000", nativeLine],
    ],
    [
      "a converted histogram",
      { forms: { ...everyForm, convertsClassic: true } },
      family("h", "histogram", nested(7, classic)),
      ["h integer unknown schema -53 count 5 spans 0,3 buckets 2,0,-1 bounds 1,2 @1000", "exemplar of h: id=a 0.5 @3000"],
    ],
    [
      "labels that relabelling drops",
      { rules: { ...plainRules, metricRelabel: relabelRules("- {action: drop, source_labels: [i], regex: a}") } },
      family("g", "gauge", gauge("a", 1), gauge("b", 2)),
      ["g{i=b} 2 @1000"],
    ],
  ])("%s", (_why, options, bytes, expected) => {
    const reader = messageReader(options);
    expect(lines(reader.readBytes(bytes, 1000), reader)).toEqual(expected);
    // A body that is known gives the same.
    expect(lines(reader.readBytes(bytes, 1000), reader)).toEqual(expected);
    reader.free();
  });

  test("tells the storage when counters began", () => {
    const reader = messageReader();
    const counter = nested(3, [...double(1, 3), ...nested(3, whole(1, 5))]);
    const body = [
      ...family("g", "gauge", gauge("1", 1)),
      ...family("c", "counter", counter),
      ...family("h", "histogram", nested(7, [...native, ...START])),
    ];
    const { batch } = reader.readBytes(body, 1000);
    expect([...(batch.startTimestampsMs ?? [])].slice(0, batch.length)).toEqual([0, 5000]);
    expect(batch.histograms?.[0].startTimestampMs).toBe(7000);
    reader.free();
  });
});

describe("series that go", () => {
  const three = family("g", "gauge", gauge("1", 1), gauge("2", 2), gauge("3", 3));

  test("get stale markers, histograms too, and nothing is new that was there", () => {
    const reader = messageReader();
    expect(reader.readBytes([...three, ...family("h", "histogram", nested(7, native))], 1000).added).toBe(4);
    const outcome = reader.readBytes(family("g", "gauge", gauge("3", 3), gauge("1", 1)), 2000);
    expect(outcome).toMatchObject({ scraped: 2, afterRelabelling: 2, added: 0 });
    expect(lines(outcome, reader)).toEqual(["g{i=3} 3 @2000", "g{i=1} 1 @2000", "g{i=2} STALE @2000", "h{} STALE @2000"]);
    reader.free();
  });

  test("a bucket that is new makes only its series new", () => {
    const reader = messageReader();
    const more = [...classic, ...nested(3, [...whole(1, 5), ...double(2, 3)])];
    reader.readBytes(family("h", "histogram", nested(7, classic)), 1000);
    const outcome = reader.readBytes(family("h", "histogram", nested(7, more)), 2000);
    expect(outcome.added).toBe(1);
    expect(lines(outcome, reader).filter((line) => line.includes("STALE"))).toEqual([]);
    reader.free();
  });

  test("all go when a scrape fails, once, and come back", () => {
    const reader = messageReader();
    reader.readBytes(three, 1000);
    expect(() => reader.readBytes([...three, 5, 1], 2000)).toThrow(ScrapeError);
    expect(reader.markAllStale(2000).length).toBe(3);
    expect(reader.markAllStale(3000).length).toBe(0);
    expect(reader.readBytes(three, 4000)).toMatchObject({ added: 0, batch: { length: 3 } });
    expect(reader.readBytes([], 5000).batch.length).toBe(3);
    reader.free();
  });

  test("those with times of their own get no markers unless they are asked for", () => {
    const stamped = family("g", "gauge", gauge("1", 1, ...whole(6, 900)));
    for (const [trackTimestampsStaleness, expected] of [
      [false, 0],
      [true, 1],
    ] as const) {
      const reader = messageReader({ trackTimestampsStaleness });
      reader.readBytes(stamped, 1000);
      expect(reader.markAllStale(2000).length).toBe(expected);
      reader.free();
    }
  });

  test("series that the storage dropped are looked up again", () => {
    const dropped = new Set<number>();
    let epoch = 0;
    let next = 1;
    const series = {
      seriesRef: () => next++,
      get epoch() {
        return epoch;
      },
      isLive: (ref: number) => !dropped.has(ref),
    };
    const reader = messageReader({ series });
    reader.readBytes(three, 1000);
    dropped.add(2);
    epoch = 1;
    expect([...reader.readBytes(three, 2000).batch.refs].slice(0, 3)).toEqual([1, 4, 3]);
    reader.free();
  });
});

describe("limits", () => {
  /** Eight buckets of one. */
  const wide = [
    ...whole(1, 8),
    ...signed(5, 3),
    ...double(6, 0.001),
    ...nested(12, [...signed(1, 1), ...whole(2, 8)]),
    ...nested(13, [2, 0, 0, 0, 0, 0, 0, 0]),
  ];

  test.each([
    ["a limit of samples", { sampleLimit: () => 1 }, family("g", "gauge", gauge("1", 1), gauge("2", 2)), "sample limit exceeded"],
    [
      "a limit of buckets",
      { limits: { bucketLimit: 1, finestSchema: 8 } },
      family("h", "histogram", nested(7, [...native, ...nested(9, [...signed(1, 0), ...whole(2, 1)]), ...nested(10, [2])])),
      "histogram bucket limit exceeded",
    ],
    [
      "a limit of labels",
      { rules: { ...plainRules, labelLimit: 1 } },
      family("g", "gauge", gauge("1", 1)),
      "label_limit exceeded (metric: g, number of labels: 2, limit: 1)",
    ],
    [
      "counts that don't add up",
      {},
      family("h", "histogram", nested(7, [...native, ...whole(1, 9)])),
      "histogram's observation count should equal",
    ],
    [
      "spans that don't fit",
      {},
      family("h", "histogram", nested(7, [...native, ...nested(13, [2])])),
      "positive side: spans require 2 buckets, have 3",
    ],
    [
      "counts that can't be converted",
      { forms: { ...everyForm, convertsClassic: true } },
      family("h", "histogram", nested(7, [...classic, ...whole(1, 1)])),
      "positive side: bucket number 3 has observation count of -3",
    ],
    ["a label that stands twice", {}, family("g", "gauge", [...label("i", "2"), ...gauge("1", 1)]), 'label name "i" is not unique'],
    ["a family without a name", {}, family("", "gauge", gauge("1", 1)), "invalid metric name: "],
    ["half a family", {}, [...varint(50), 1, 2], "clientpb: insufficient length of buffer, expected at least 51 bytes, got 3 bytes"],
    ["a length that is none", {}, [255, 255, 255, 255, 255, 255], "clientpb: invalid varint encountered"],
  ])("%s fails the scrape", (_why, options, bytes, message) => {
    const reader = messageReader(options);
    expect(() => reader.readBytes(bytes, 1000)).toThrow(message);
    expect(reader.markAllStale(2000).length).toBe(0);
    reader.free();
  });

  test("a histogram that contradicts itself was scraped, and counts as nothing more", () => {
    const reader = messageReader();
    const bad = family("h", "histogram", nested(7, [...native, ...whole(1, 9)]));
    let counts: unknown;
    try {
      reader.readBytes([...family("g", "gauge", gauge("1", 1)), ...bad], 1000);
    } catch (error) {
      counts = (error as ScrapeError).counts;
    }
    expect(counts).toEqual({ scraped: 2, afterRelabelling: 1, added: 1 });
    reader.free();
  });

  test("a histogram is made coarser until it keeps the limit", () => {
    const reader = messageReader({ limits: { bucketLimit: 3, finestSchema: 8 } });
    const { batch } = reader.readBytes(family("h", "histogram", nested(7, wide)), 1000);
    expect(batch.histograms?.[0].histogram).toMatchObject({ schema: 1, count: 8 });
    reader.free();
  });

  test("a body of very many metrics of two bytes is refused", () => {
    const reader = messageReader();
    const metrics = new Uint8Array(400_000).fill(0).map((_byte, i) => (i % 2 === 0 ? 34 : 0));
    const body = Uint8Array.from([...varint(3 + metrics.length), 10, 1, 103, ...metrics]);
    expect(() => reader.readBytes(body, 1000)).toThrow("the body has more than 165537 samples, too many for its size");
    reader.free();
  });

  test("what lies too far ahead is left out and counted", () => {
    const reader = messageReader();
    const outcome = reader.readBytes(family("g", "gauge", gauge("1", 1, ...whole(6, 700_000))), 1000);
    expect(outcome).toMatchObject({ tooFarAhead: 1, scraped: 1, batch: { length: 0 } });
    reader.free();
  });
});

test("types and units become labels where that is asked for", () => {
  const reader = messageReader({ rules: { ...plainRules, typeAndUnitLabels: true } });
  const body = family("g", "gauge", [...label("__type__", "own"), ...gauge("1", 1)]);
  expect(lines(reader.readBytes(body, 1000), reader)).toEqual(["g{__type__=gauge,i=1} 1 @1000"]);
  reader.free();
});

test("a label without a value keeps the target's away where labels are honoured", () => {
  const reader = messageReader({ rules: { ...plainRules, honorLabels: true, targetLabels: ["i", "target", "job", "j"] } });
  const body = family("g", "gauge", gauge("", 1), gauge("own", 2));
  expect(lines(reader.readBytes(body, 1000), reader)).toEqual(["g{job=j} 1 @1000", "g{i=own,job=j} 2 @1000"]);
  reader.free();
});

test("says what the last body says of its metrics, also when a later scrape fails", () => {
  const reader = messageReader();
  reader.readBytes(family("g", "untyped", gauge("1", 1)), 1000);
  expect(() => reader.readBytes([1], 2000)).toThrow(ScrapeError);
  expect([...(reader.metadata?.entries() ?? [])]).toEqual([["g", { type: "unknown", help: "", unit: "" }]]);
  expect([reader.metadata?.length(), reader.metadata?.sizeBytes()]).toEqual([1, 7]);
  reader.free();
});

test("what families said that went is known for ten scrapes, and what changes is told at once", () => {
  const reader = messageReader();
  const told = () => [...(reader.metadata?.entries() ?? [])].map(([name, { type }]) => `${name} ${type}`);
  const other = family("other", "counter", nested(3, double(1, 1)));
  reader.readBytes([...family("g", "untyped", gauge("1", 1)), ...other], 1000);
  expect(told()).toEqual(["g unknown", "other counter"]);
  for (let i = 0; i < 9; i++) reader.readBytes(other, 1000);
  expect([told().toSorted(), reader.metadata?.length()]).toEqual([["g unknown", "other counter"], 2]);
  reader.markAllStale(1000);
  reader.readBytes(family("other", "gauge", gauge("1", 1)), 1000);
  expect([told(), reader.metadata?.length()]).toEqual([["other gauge"], 1]);
  reader.free();
});

test("a renamed series beyond the limit of samples, which is none, is not remembered", () => {
  const excluded: number[] = [];
  const madeUp = { ...createMadeUpStarts({ epoch: 0, isLive: () => true }), exclude: (ref: number) => excluded.push(ref) };
  const rules = { ...plainRules, metricRelabel: relabelRules("- {target_label: __name__, replacement: other}") };
  const reader = messageReader({ rules, madeUp, sampleLimit: () => 1 });
  expect(() => reader.readBytes(family("g", "gauge", gauge("1", 1), gauge("2", 2)), 1000)).toThrow("sample limit exceeded");
  expect(excluded).toEqual([1]);
  reader.free();
});

test("a metric of which nothing is taken is as new the next time", () => {
  const reader = messageReader();
  const body = family("g", "gauge", gauge("1", 1));
  const added = [true, true, false, false].map((isRefused) => {
    const outcome = reader.readBytes(body, 1000);
    if (isRefused) outcome.onRejected?.("float", 0, "outOfOrder");
    return outcome.added - (outcome.settle?.().notAdded ?? 0);
  });
  expect(added).toEqual([0, 0, 1, 0]);
  reader.free();
});

test("a body that is cut off tells of the families before its end", () => {
  const reader = messageReader();
  const body = [...family("g", "gauge", gauge("1", 1)), ...family("h", "gauge", gauge("1", 1))];
  expect(() => reader.readBytes([...body, 1], 1000)).toThrow(ScrapeError);
  expect([...(reader.metadata?.entries() ?? [])].map(([name, { type }]) => `${name} ${type}`)).toEqual(["g gauge", "h gauge"]);
  reader.free();
});

test("whatever bytes come, a body is read or refused", () => {
  const body = [...family("g", "gauge", gauge("1", 1)), ...family("h", "histogram", nested(7, [...classic, ...native]))];
  const reader = messageReader({ forms: { readsNative: true, keepsClassic: true, convertsClassic: true } });
  const edit = fc.record({ at: fc.nat(body.length - 1), byte: fc.nat(255), removes: fc.boolean() });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const bytes = [...body];
      for (const { at, byte, removes } of edits) bytes.splice(at, 1, ...(removes ? [] : [byte]));
      try {
        reader.readBytes(bytes, 1000);
      } catch (error) {
        expect(error).toBeInstanceOf(ScrapeError);
      }
    }),
    { numRuns: 2000 },
  );
  reader.free();
});
