import { describe, expect, test } from "@jest/globals";
import { parseGoQuery } from "../../src/params/go-query.ts";

describe("a query as Go reads it", () => {
  test.each([
    { text: "", pairs: [], why: "nothing is no pair" },
    { text: "a=1&&b", pairs: ["a=1", "b="], why: "a value may be missing" },
    { text: "a=b=c", pairs: ["a=b=c"], why: "a value goes on behind a second equals sign" },
    { text: "a+b=%2B+%26", pairs: ["a b=+ &"], why: "a plus is a space, and escapes are bytes" },
    { text: "=x", pairs: ["=x"], why: "a name may be empty" },
    { text: "a=%C3%BC%ff", pairs: ["a=\u00fc\ufffd"], why: "bytes that are no UTF-8 are replaced" },
  ])("$why", ({ text, pairs }) => {
    const read = parseGoQuery(text);
    expect(read.pairs.map(([name, value]) => `${name}=${value}`)).toEqual(pairs);
    expect(read.problem).toBeUndefined();
  });

  test.each([
    { text: "a=1&b=2;c=3", problem: "invalid semicolon separator in query" },
    { text: "a=1&b=%zz", problem: 'invalid URL escape "%zz"' },
    { text: "a=1&%4=b", problem: 'invalid URL escape "%4="' },
    { text: "a=1&b=%", problem: 'invalid URL escape "%"' },
    { text: "a=1&%x=1&%y=1", problem: 'invalid URL escape "%x="' },
  ])("$text loses the pair that is wrong", ({ text, problem }) => {
    expect(parseGoQuery(text)).toEqual({ pairs: [["a", "1"]], problem });
  });
});
