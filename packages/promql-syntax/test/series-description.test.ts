import { describe, expect, test } from "@jest/globals";
import { formatTestHistogram, labelsOf } from "@ferula/model";
import fc from "fast-check";
import { ParseError, parseSeriesDescription, type SeriesValue } from "../src/index.ts";

test.each<[string, Record<string, string>, readonly SeriesValue[]]>([
  ["foo 1 2.5 -3", { __name__: "foo" }, [1, 2.5, -3]],
  ["foo{b=\"x\", a='y',} 0+10x3", { __name__: "foo", a: "y", b: "x" }, [0, 10, 20, 30]],
  ['{"my.metric", a="b"} 5-1x2', { __name__: "my.metric", a: "b" }, [5, 4, 3]],
  ["foo{} 7x2 _ _x2 stale", { __name__: "foo" }, [7, 7, 7, "_", "_", "_", "stale"]],
  ["foo 1e2 Inf -inf 1_000 1e+3", { __name__: "foo" }, [100, Infinity, -Infinity, 1000, 1000]],
  ["foo 0x2 0.1+0.1x3", { __name__: "foo" }, [0, 0, 0, 0.1, 0.2, 0.30000000000000004, 0.4]],
  ["sum   1   ", { __name__: "sum" }, [1]],
  ["foo", { __name__: "foo" }, []],
])("%s", (text, labels, values) => {
  expect(parseSeriesDescription(text)).toEqual({ labels: labelsOf(labels), values });
});

/** The histograms of a series as tests write them; the hint only where it was written. */
function histogramsOf(text: string): readonly string[] {
  return parseSeriesDescription(text).values.map((value) => {
    if (typeof value !== "object") return String(value);
    return value.hasCounterResetHint ? `${formatTestHistogram(value.histogram)} hint` : formatTestHistogram(value.histogram);
  });
}

test.each<[string, readonly string[]]>([
  ["h {{}} {{ }}", ["{{}}", "{{}}"]],
  ["h {{schema:1 sum:-0.3 count:3.1 z_bucket:7.1 z_bucket_w:0.05}}", ["{{schema:1 count:3.1 sum:-0.3 z_bucket:7.1 z_bucket_w:0.05}}"]],
  ["h {{ buckets:[5 10 7 ] offset:-3   n_buckets:[ 4 5] n_offset:5 }}", ["{{offset:-3 buckets:[5 10 7] n_offset:5 n_buckets:[4 5]}}"]],
  ["h {{schema:-53 custom_values:[5 10] buckets:[1 4]}}", ["{{schema:-53 custom_values:[5 10] buckets:[1 4]}}"]],
  ["h {{sum:NaN count:Inf}} {{sum:-Inf}}", ["{{count:+Inf sum:NaN}}", "{{sum:-Inf}}"]],
  ["h {{count:1e3 sum:1m}}", ["{{count:1000 sum:60}}"]],
  [
    "h {{counter_reset_hint:not_reset}} {{counter_reset_hint:unknown}} {{}}",
    ["{{counter_reset_hint:not_reset}} hint", "{{}} hint", "{{}}"],
  ],
  ["h {{count:1}}x2 _ 5", ["{{count:1}}", "{{count:1}}", "{{count:1}}", "_", "5"]],
  [
    "h {{count:5 buckets:[5]}}+{{count:2 buckets:[2]}}x2",
    ["{{count:5 buckets:[5]}}", "{{count:7 buckets:[7]}}", "{{count:9 buckets:[9]}}"],
  ],
  ["h {{count:5}}-{{count:2}}x1 stale", ["{{count:5}}", "{{count:3}}", "stale"]],
  ["h {{count:1 counter_reset_hint:gauge}}+{{}}x0", ["{{count:1 counter_reset_hint:gauge}}"]],
])("%s", (text, histograms) => {
  expect(histogramsOf(text)).toEqual(histograms);
});

test("whatever stands in a histogram, it is read or refused", () => {
  const part = fc.constantFrom(
    "{{",
    "}}",
    "sum:",
    "count:",
    "buckets:",
    "[",
    "]",
    "schema:",
    "1",
    "-",
    "1.5",
    " ",
    "x3",
    "+",
    "Inf",
    "counter_reset_hint:",
    "gauge",
    "_",
    ":",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 3 })), { maxLength: 12 }), (parts) => {
      try {
        parseSeriesDescription(`h {{${parts.join("")}}}`);
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
      }
    }),
  );
});

describe("mistakes are told with their place", () => {
  test.each([
    ["foo 1 bar", '1:7: parse error: unexpected identifier "bar" in series values, expected number or "stale"'],
    ["foo{a=1} 1", "1:7: parse error: unexpected character inside braces: '1'"],
    ["foo{a} 1", '1:6: parse error: unexpected "}" in label set, expected "="'],
    ["foo 1+2", "1:8: parse error: unexpected end of input in series values"],
    ["foo 1x1.5", '1:7: parse error: invalid repetition in series values: strconv.ParseUint: parsing "1.5": invalid syntax'],
    ["foo 1x99999999999", "1:7: parse error: invalid repetition in series values: more than 10000000 values"],
    ["foo stalex2", '1:5: parse error: unexpected identifier "stalex2" in series values, expected number or "stale"'],
    ["foo 1 {{schema:1", "1:7: parse error: histogram description incomplete unexpected: '�'"],
    ["foo {{sum:1 sum:2}}", '1:13: parse error: duplicate key "sum" in histogram'],
    ["foo {{total:1}}", '1:7: parse error: bad histogram descriptor found: "total"'],
    ["foo {{sum 1}}", "1:7: parse error: missing `:` for histogram descriptor"],
    ["foo {{sum:+1}}", "1:11: parse error: histogram description incomplete unexpected: '+'"],
    ["foo {{counter_reset_hint:often}}", '1:26: parse error: bad histogram descriptor found: "often"'],
    ["foo {{schema:1.5}}", '1:14: parse error: error parsing number: "1.5" is no integer'],
    [
      "foo {{buckets:[1 2}}",
      "1:19: parse error: unexpected end of input in histogram description, expected histogram description key, e.g. buckets:[5 10 7]",
    ],
    ["foo {{schema:1}}+{{schema:0}}x2", "1:17: parse error: error combining histograms: cannot merge from schema 0 to 1"],
    ["foo {{schema:1}}+{{schema:1}}", "1:30: parse error: unexpected end of input in series values"],
  ])("%s", (text, message) => {
    expect(() => parseSeriesDescription(text)).toThrow(expect.objectContaining({ message }));
  });
});
