import { describe, expect, test } from "@jest/globals";
import { described, exemplarsOf, plainRules, relabelRules, testCache } from "./support.ts";

describe("exemplars", () => {
  test("come with the series and the time of their samples, again and again while a body shows them", () => {
    const cache = testCache({ syntax: "openmetrics" });
    const body = 'a_total 1 # {id="x"} 5\nb_total 1 7.5 # {id="y"} 6\nc_total 2 # {id="z"} 7 1.25\n# EOF\n';
    const want = (ms: number): string[] => [`1 {id=x} 5 ${ms} sample's`, "2 {id=y} 6 7500 sample's", "3 {id=z} 7 1250 own"];
    expect(exemplarsOf(cache.readText(body, 1000))).toEqual(want(1000));
    expect(exemplarsOf(cache.readText(body, 2000))).toEqual(want(2000));
    expect(exemplarsOf(cache.readText(body.replace('"x"', '"w"'), 3000))[0]).toBe("1 {id=w} 5 3000 sample's");
    expect(exemplarsOf(cache.readText(body.replace(' # {id="x"} 5', ""), 4000))).toEqual(want(4000).slice(1));
  });

  test("are of the scrape's time where the body's timestamps don't count", () => {
    const cache = testCache({ syntax: "openmetrics", honorTimestamps: false });
    expect(exemplarsOf(cache.readText("a 1 7.5 # {} 5\n# EOF\n", 1000))).toEqual(["1 {} 5 1000 sample's"]);
  });

  test("of series that relabelling drops are dropped", () => {
    const rules = { ...plainRules, metricRelabel: relabelRules("[{source_labels: [__name__], regex: a, action: drop}]") };
    const cache = testCache({ syntax: "openmetrics", rules });
    expect(cache.readText("a 1 # {} 5\n# EOF\n", 1000).exemplars).toEqual([]);
  });

  test("are none in a body without", () => {
    const cache = testCache({ syntax: "openmetrics" });
    expect(cache.readText("a 1\n# EOF\n", 1000).exemplars).toEqual([]);
  });
});

describe("the end of a body", () => {
  const body = "a 1\nb 2 3\n# EOF\n";
  test.each([
    { why: "is missed", text: "a 1\nb 2 3\n", message: "line 3: data does not end with # EOF" },
    { why: "is missed behind fewer lines", text: "a 1\n", message: "line 2: data does not end with # EOF" },
    {
      why: "is cut off",
      text: "a 1\nb 2 3\n# E",
      message: 'line 3: expected a valid start token, got "# E" ("INVALID") while parsing: "# E"',
    },
    {
      why: "is missed behind a line that is cut off",
      text: "a 1\nb 2 3",
      message: 'line 2: expected next entry after timestamp, got " 3" ("EOF") while parsing: "b 2 3"',
    },
    { why: "has something behind it", text: `${body}c 1\n`, message: "line 3: unexpected data after # EOF" },
    { why: "stands twice", text: `${body}# EOF\n`, message: "line 3: unexpected data after # EOF" },
    { why: "stands too early", text: "a 1\n# EOF\nb 2 3\n", message: "line 2: unexpected data after # EOF" },
  ])("$why: the scrape fails, whatever is known of the target", ({ text, message }) => {
    const fresh = testCache({ syntax: "openmetrics" });
    expect(() => fresh.readText(text, 1)).toThrow(message);
    const known = testCache({ syntax: "openmetrics" });
    known.readText(body, 1);
    expect(() => known.readText(text, 2)).toThrow(message);
    expect(known.readText(body, 3).batch.length).toBe(2);
  });

  test("may or may not have a newline, from one body to the next", () => {
    const cache = testCache({ syntax: "openmetrics" });
    for (const text of [body, body.slice(0, -1), body, body.slice(0, -1), body.slice(0, -1), body]) {
      expect(cache.readText(text, 1).batch.length).toBe(2);
    }
  });
});

test("types and units become labels where the job wants it, also of series that come later", () => {
  const cache = testCache({ syntax: "openmetrics", rules: { ...plainRules, typeAndUnitLabels: true } });
  const body = "# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds 1\n# EOF\n";
  cache.readText(body, 1);
  const { batch } = cache.readText(body.replace("# EOF", 'a_seconds{b="c"} 2\n# EOF'), 2);
  expect(described(batch, cache.series)).toEqual([
    "a_seconds{__type__=gauge,__unit__=seconds} 1 @2",
    "a_seconds{__type__=gauge,__unit__=seconds,b=c} 2 @2",
  ]);
});

test.each([
  { why: "a metric's", text: '{"a\xff"} 1\n# EOF\n' },
  { why: "a label's", text: '{"a","b\xff"="c"} 1\n# EOF\n' },
  { why: "an empty label's", text: '{"a",""="c"} 1\n# EOF\n' },
])("a name that is none fails the scrape: $why", ({ text }) => {
  const cache = testCache({ syntax: "openmetrics" });
  expect(() => cache.readText(Buffer.from(text, "latin1"), 1)).toThrow("invalid metric name or label names: {");
  expect(cache.readText('{"a\ufffd"} 1\n# EOF\n', 2).batch.length).toBe(1);
});
