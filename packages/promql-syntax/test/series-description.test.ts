import { describe, expect, test } from "@jest/globals";
import { labelsOf } from "@ferula/model";
import { parseSeriesDescription, type SeriesValue } from "../src/index.ts";

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

describe("mistakes are told with their place", () => {
  test.each([
    ["foo 1 bar", '1:7: parse error: unexpected identifier "bar" in series values, expected number or "stale"'],
    ["foo{a=1} 1", "1:7: parse error: unexpected character inside braces: '1'"],
    ["foo{a} 1", '1:6: parse error: unexpected "}" in label set, expected "="'],
    ["foo 1+2", "1:8: parse error: unexpected end of input in series values"],
    ["foo 1x1.5", '1:7: parse error: invalid repetition in series values: strconv.ParseUint: parsing "1.5": invalid syntax'],
    ["foo 1x99999999999", "1:7: parse error: invalid repetition in series values: more than 10000000 values"],
    ["foo stalex2", '1:5: parse error: unexpected identifier "stalex2" in series values, expected number or "stale"'],
    ["foo 1 {{schema:1}}", "1:7: parse error: histograms are not supported in series values"],
  ])("%s", (text, message) => {
    expect(() => parseSeriesDescription(text)).toThrow(expect.objectContaining({ message }));
  });
});
