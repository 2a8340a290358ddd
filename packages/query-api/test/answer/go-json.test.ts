import { describe, expect, test } from "@jest/globals";
import { goJson } from "../../src/answer/go-json.ts";
import { labelMap } from "../../src/answer/label-json.ts";

describe("JSON as Go writes it", () => {
  test.each<{ why: string; value: unknown; want: string }>([
    { why: "an object's fields keep their order", value: { b: 1, a: [true, null] }, want: '{"b":1,"a":[true,null]}' },
    { why: "undefined fields are left out", value: { a: undefined, b: 1 }, want: '{"b":1}' },
    {
      why: "a map's keys are sorted by their bytes",
      value: new Map([
        ["é", 1],
        ["z", 2],
        ["\u{1f600}", 3],
        ["\uffee", 4],
      ]),
      want: '{"z":2,"é":1,"\uffee":4,"\u{1f600}":3}',
    },
    {
      why: "numbers as names stay where they belong",
      value: new Map([
        ["a", 1],
        ["10", 2],
        ["9", 3],
      ]),
      want: '{"10":2,"9":3,"a":1}',
    },
    { why: "__proto__ is a name like any other", value: new Map([["__proto__", "x"]]), want: '{"__proto__":"x"}' },
    {
      why: "what could be markup is escaped, in names too",
      value: new Map([["<a>", "&\u2028\u2029"]]),
      want: '{"\\u003ca\\u003e":"\\u0026\\u2028\\u2029"}',
    },
    {
      why: "integers that a number does not hold",
      value: [2n ** 63n - 1n, -(2n ** 63n)],
      want: "[9223372036854775807,-9223372036854775808]",
    },
    { why: "small and large numbers", value: [1e-7, 1e21, 0.1, -0], want: "[1e-7,1e+21,0.1,-0]" },
  ])("$why", ({ value, want }) => {
    expect(goJson(value)).toBe(want);
  });

  test("markup may be left as it is", () => {
    expect(goJson(new Map([[">=", "<"]]), { escapeHtml: false })).toBe('{">=":"<"}');
  });

  test.each([NaN, Infinity, () => 1])("%p is a bug of the caller", (value) => {
    expect(() => goJson([value])).toThrow("BUG: ");
  });

  test("labels are one object in the order of their names, with their markup", () => {
    expect(goJson(labelMap(["1", "b", "__proto__", "<", "z", '"&\n']))).toBe('{"1":"b","__proto__":"<","z":"\\"&\\n"}');
  });
});
