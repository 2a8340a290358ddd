import { describe, expect, test } from "@jest/globals";
import { described, plainRules, relabelRules, testCache, workspaces } from "./support.ts";

describe("samples", () => {
  test("come with the scrape's time, or with their own", () => {
    const cache = testCache();
    const { batch } = cache.readText("a 1\nb 2 900\n", 1000);
    expect(described(batch, cache.series)).toEqual(["a{} 1 @1000", "b{} 2 @900"]);
    const again = cache.readText("a 1\nb 2 901\n", 2000);
    expect(described(again.batch, cache.series)).toEqual(["a{} 1 @2000", "b{} 2 @901"]);
  });

  test("all have the scrape's time when timestamps are not honoured", () => {
    const cache = testCache({ honorTimestamps: false });
    expect(described(cache.readText("b 2 900\n", 1000).batch, cache.series)).toEqual(["b{} 2 @1000"]);
    expect(described(cache.readText("b 2 950\n", 2000).batch, cache.series)).toEqual(["b{} 2 @2000"]);
    expect(described(cache.readText("c 1\n", 3000).batch, cache.series)).toEqual(["c{} 1 @3000", "b{} STALE @3000"]);
  });

  test("more than ten minutes ahead are left out and counted", () => {
    const cache = testCache();
    const { batch, tooFarAhead, afterRelabelling } = cache.readText("a 1 601001\nb 2 601000\nc 3\n", 1000);
    expect(described(batch, cache.series)).toEqual(["b{} 2 @601000", "c{} 3 @1000"]);
    expect({ tooFarAhead, afterRelabelling }).toEqual({ tooFarAhead: 1, afterRelabelling: 3 });
  });

  test("of a series that stands twice count twice, the series once", () => {
    const cache = testCache();
    const { batch, added } = cache.readText("a 1\na 2\n", 1000);
    expect(described(batch, cache.series)).toEqual(["a{} 1 @1000", "a{} 2 @1000"]);
    expect(added).toBe(1);
  });
});

describe("series that go", () => {
  test.each([
    {
      why: "get a stale marker once",
      options: {},
      bodies: ["a 1\nb 1\n", "b 1\n", "b 1\n"],
      want: [["b{} 1 @2", "a{} STALE @2"], ["b{} 1 @3"]],
    },
    { why: "get none when they bring their own time", options: {}, bodies: ["a 1 7\nb 1\n", "b 1\n"], want: [["b{} 1 @2"]] },
    {
      why: "get one all the same when timestamps are tracked",
      options: { trackTimestampsStaleness: true },
      bodies: ["a 1 7\nb 1\n", "b 1\n"],
      want: [["b{} 1 @2", "a{} STALE @2"]],
    },
    {
      why: "have not gone when they are spelled otherwise",
      options: {},
      bodies: ['a{x="1"} 1\n', 'a{ x="1" } 1\n'],
      want: [["a{x=1} 1 @2"]],
    },
    { why: "have not gone when one of two lines of them is left", options: {}, bodies: ["a 1\na{} 2\n", "a 1\n"], want: [["a{} 1 @2"]] },
    {
      why: "all go with an empty body, and come back",
      options: {},
      bodies: ["a 1\n", "", "a 1\n"],
      want: [["a{} STALE @2"], ["a{} 1 @3"]],
    },
  ])("$why", ({ options, bodies, want }) => {
    const cache = testCache(options);
    const rows = bodies.map((body, i) => described(cache.readText(body, i + 1).batch, cache.series));
    expect(rows.slice(1)).toEqual(want);
  });
});

describe("a body with a mistake", () => {
  test.each([
    { body: "a 1\nb x\n", message: 'line 2: strconv.ParseFloat: parsing "x": invalid syntax while parsing: "b x"' },
    { body: "a 1\n\n# TYPE a gauge\nb", message: 'line 4: expected value after metric, got "\\n" ("INVALID") while parsing: "b\\n"' },
    { body: 'a{t="two\nlines"} 1\nb{x="1",x="2"} 1\n', message: 'label name "x" is not unique: invalid sample' },
    { body: "a 1\n# TYPE b what\n", message: 'line 2: invalid metric type "what"' },
  ])("is refused with the line's number: $message", ({ body, message }) => {
    expect(() => testCache().readText(body, 1)).toThrow(expect.objectContaining({ name: "ScrapeError", message }));
  });

  test("tells the first of two, also in a line that is known", () => {
    const cache = testCache();
    cache.readText("a 1\nb 1\n", 1);
    expect(() => cache.readText("a 1_0\nbroken\n", 2)).toThrow("line 1: ");
    expect(() => cache.readText("a 1\nb 1 x\n", 2)).toThrow("line 2: ");
  });

  test("leaves the last good one remembered; markers come once", () => {
    const cache = testCache();
    cache.readText("a 1\nb 1\n", 1);
    expect(() => cache.readText("a 1\nc 1\nbroken\n", 2)).toThrow(
      expect.objectContaining({ counts: { scraped: 2, afterRelabelling: 2, added: 1 } }),
    );
    expect(described(cache.markAllStale(2), cache.series)).toEqual(["a{} STALE @2", "b{} STALE @2"]);
    expect(cache.markAllStale(3).length).toBe(0);
    const { batch, added } = cache.readText("a 1\n", 4);
    expect(described(batch, cache.series)).toEqual(["a{} 1 @4"]);
    expect(added).toBe(0);
  });
});

describe("relabelling", () => {
  test("drops samples, which are counted; none of them goes stale", () => {
    const metricRelabel = relabelRules("[{source_labels: [__name__], regex: drop, action: drop}]");
    const cache = testCache({ rules: { ...plainRules, metricRelabel } });
    const first = cache.readText("# a\ndrop 1\nkeep 1\n", 1);
    expect(described(first.batch, cache.series)).toEqual(["keep{} 1 @1"]);
    expect(first).toMatchObject({ scraped: 2, afterRelabelling: 1, added: 1 });
    const second = cache.readText("# a\ndrop 2\nkeep 2\n", 2);
    expect(second).toMatchObject({ scraped: 2, afterRelabelling: 1, added: 0 });
    const third = cache.readText("# a\nkeep 2\n", 3);
    expect(described(third.batch, cache.series)).toEqual(["keep{} 2 @3"]);
    expect(cache.series.labels).toEqual([["__name__", "keep"]]);
  });

  test("that leaves no label drops, that leaves no name fails the scrape", () => {
    const without = (regex: string) =>
      testCache({ rules: { ...plainRules, metricRelabel: relabelRules(`[{regex: "${regex}", action: labeldrop}]`) } });
    expect(without(".*").readText('a{b="1"} 1\n', 1)).toMatchObject({ scraped: 1, afterRelabelling: 0 });
    expect(() => without("__name__").readText('a{b="1"} 1\n', 1)).toThrow("missing metric name (__name__ label)");
  });
});

describe("the labels of a target", () => {
  const check = (honorLabels: boolean, targetLabels: readonly string[], line: string): string => {
    const cache = testCache({ rules: { ...plainRules, honorLabels, targetLabels } });
    return described(cache.readText(`${line} 1\n`, 1).batch, cache.series)[0].split(" ")[0];
  };

  test.each([
    { why: "are added", honor: false, target: ["job", "t"], line: "a", want: "a{job=t}" },
    { why: "push those of the body aside", honor: false, target: ["job", "t"], line: 'a{job="own"}', want: "a{exported_job=own,job=t}" },
    {
      why: "push them as far as is needed",
      honor: false,
      target: ["job", "t"],
      line: 'a{job="own",exported_job="x"}',
      want: "a{exported_exported_job=own,exported_job=x,job=t}",
    },
    {
      why: "push short names aside first",
      honor: false,
      target: ["exported_job", "te", "job", "t"],
      line: 'a{job="1",exported_job="2"}',
      want: "a{exported_exported_exported_job=2,exported_exported_job=1,exported_job=te,job=t}",
    },
    { why: "are not pushed by a label without a value", honor: false, target: ["job", "t"], line: 'a{job=""}', want: "a{job=t}" },
    {
      why: "yield when labels are honoured",
      honor: true,
      target: ["instance", "i", "job", "t"],
      line: 'a{job="own"}',
      want: "a{instance=i,job=own}",
    },
    {
      why: "yield to a label without a value, too",
      honor: true,
      target: ["instance", "i", "job", "t"],
      line: 'a{job=""}',
      want: "a{instance=i}",
    },
  ])("$why", ({ honor, target, line, want }) => {
    expect(check(honor, target, line)).toBe(want);
  });
});

describe("limits", () => {
  test.each([
    { limit: { labelLimit: 2 }, message: "label_limit exceeded (metric: name, number of labels: 3, limit: 2)" },
    {
      limit: { labelNameLengthLimit: 8 },
      message: "label_name_length_limit exceeded (metric: name, label name: long_label, length: 10, limit: 8)",
    },
    {
      limit: { labelValueLengthLimit: 4 },
      message: 'label_value_length_limit exceeded (metric: name, label name: long_label, value: "välue", length: 6, limit: 4)',
    },
    {
      limit: { labelValueLengthLimit: 4 },
      value: "\u007f\u{e000}\\n\u00a0",
      message:
        'label_value_length_limit exceeded (metric: name, label name: long_label, value: "\\x7f\\ue000\\n\\u00a0", length: 7, limit: 4)',
    },
  ])("$message", ({ limit, value = "välue", message }) => {
    const cache = testCache({ rules: { ...plainRules, ...limit } });
    expect(() => cache.readText(`name{b="1",long_label="${value}"} 1\n`, 1)).toThrow(
      expect.objectContaining({ message, failure: "label-limit" }),
    );
  });

  test("a name that is old-fashioned passes, another one only without that rule", () => {
    const legacy = testCache({ rules: { ...plainRules, legacyNames: true } });
    expect(legacy.readText('fine:name{a="1"} 1\n', 1).afterRelabelling).toBe(1);
    expect(() => legacy.readText('{"a.b"} 1\n', 2)).toThrow('invalid metric name or label names: {__name__="a.b"}');
    expect(() => legacy.readText('a{"b.c"="1"} 1\n', 2)).toThrow("invalid metric name or label names");
  });

  test("the limit of samples counts what relabelling leaves, and makes no series beyond it", () => {
    const metricRelabel = relabelRules("[{source_labels: [__name__], regex: drop, action: drop}]");
    const cache = testCache({ rules: { ...plainRules, metricRelabel }, sampleLimit: () => 2 });
    expect(cache.readText("drop 1\na 1\nb 1\n", 1).afterRelabelling).toBe(2);
    expect(() => cache.readText("drop 1\na 1\nb 1\nc 1\nd 1\n", 2)).toThrow(
      expect.objectContaining({
        message: "sample limit exceeded",
        failure: "sample-limit",
        counts: { scraped: 5, afterRelabelling: 4, added: 2 },
      }),
    );
    expect(cache.series.labels.length).toBe(2);
  });
});

describe("the type of a histogram", () => {
  test("holds for buckets that are new behind a TYPE line that is not", () => {
    const cache = testCache();
    cache.readText('# TYPE h histogram\nh_bucket{le="1"} 1\n# TYPE g gauge\ng{le="1"} 1\n', 1);
    cache.readText('# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="2"} 1\n# TYPE g gauge\ng{le="1"} 1\ng{le="2"} 1\n', 2);
    expect(cache.series.labels.map((labels) => labels.join("/"))).toEqual([
      "__name__/h_bucket/le/1.0",
      "__name__/g/le/1",
      "__name__/h_bucket/le/2.0",
      "__name__/g/le/2",
    ]);
  });
});

test("many equal lines do not make a body slow to read", () => {
  const cache = testCache();
  const body = `${"\n".repeat(50_000)}${"same 1\n".repeat(50_000)}`;
  expect(cache.readText(body, 1).scraped).toBe(50_000);
  expect(cache.readText(`new 1\n${body}`, 2).scraped).toBe(50_001);
  cache.free();
});

test("a freed cache knows nothing, and its memory is used again", () => {
  const cache = testCache();
  const round = (): void => {
    cache.readText("a 1\n".repeat(1000), 1);
    expect(cache.lastSizeBytes()).toBe(4000);
    cache.free();
    expect(cache.lastSizeBytes()).toBe(0);
  };
  round();
  const before = workspaces.shared.usedBytes;
  for (let i = 0; i < 50; i++) round();
  expect(workspaces.shared.usedBytes).toBe(before);
});
