import { describe, expect, test } from "@jest/globals";
import { eachAs, goJson, goJsonPieces } from "../../src/answer/go-json.ts";
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
      why: "bytes that are no UTF-8 are U+FFFD, and what only looks like their escapes stays",
      value: ["<\udcff\udcfe\ud83d\ude00", "<\\udcff", new Map([["\ud800", "\\udc00"]])],
      want: String.raw`["\u003c\ufffd\ufffd😀","\u003c\\udcff",{"\ufffd":"\\udc00"}]`,
    },
    {
      why: "integers that a number does not hold",
      value: [2n ** 63n - 1n, -(2n ** 63n)],
      want: "[9223372036854775807,-9223372036854775808]",
    },
    { why: "small and large numbers", value: [1e-7, 1e21, 0.1, -0], want: "[1e-7,1e+21,0.1,-0]" },
  ])("$why", ({ value, want }) => {
    expect(goJson(value)).toBe(want);
    expect([...goJsonPieces(value)].join("")).toBe(want);
  });

  test("a lazy list's items are made when they are written, also those in its items", () => {
    const made: unknown[] = [];
    const noted = <T>(item: T): T => {
      made.push(item);
      return item;
    };
    const pieces = goJsonPieces({
      none: eachAs([], noted),
      all: eachAs(["<", "b"], (a) => ({ [noted(a)]: eachAs([1, [2]], noted), c: null })),
    });
    let json = "";
    for (const piece of pieces) {
      json += piece;
      if (json.endsWith(":[1")) expect(made.at(-1)).toBe(1);
    }
    expect(made).toEqual(["<", 1, [2], "b", 1, [2]]);
    expect(json).toBe('{"none":[],"all":[{"\\u003c":[1,[2]],"c":null},{"b":[1,[2]],"c":null}]}');
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
