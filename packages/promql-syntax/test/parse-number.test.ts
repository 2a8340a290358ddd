import { describe, expect, test } from "@jest/globals";
import { ParseError, defaultParseOptions, parseExpr, parseSeriesDescription } from "../src/index.ts";

const options = { ...defaultParseOptions, binopFillModifiers: true };

/** The number as it is read in each of the places that take a sign. */
const places: readonly (readonly [where: string, read: (text: string) => number])[] = [
  [
    "after @",
    (text) => {
      const expr = parseExpr(`up @ ${text}`, options);
      return expr.kind === "vector" && expr.at?.kind === "timestamp" ? expr.at.timestampMs / 1000 : NaN;
    },
  ],
  [
    "in fill()",
    (text) => {
      const expr = parseExpr(`a + fill(${text}) b`, options);
      return (expr.kind === "binary" ? expr.matching?.fillLeft : undefined) ?? NaN;
    },
  ],
  ["as a series' value", (text) => Number(parseSeriesDescription(`a ${text}`).values[0])],
];

describe.each(places)("a number %s", (where, read) => {
  test.each<[text: string, value: number]>([
    ["5", 5],
    ["+5", 5],
    ["-5", -5],
    ["-1.5e1", -15],
    ["017", 15],
  ])("%s is %d", (text, value) => {
    expect(read(text)).toBe(value);
  });

  test.each<[text: string, value: number]>([
    ["2m", 120],
    ["-1h30m", -5400],
  ])("%s is %d, but not where x and times may follow", (text, value) => {
    if (where === "as a series' value") expect(() => read(text)).toThrow(ParseError);
    else expect(read(text)).toBe(value);
  });

  test.each(["--5", "-", "1e999"])("%s is refused", (text) => {
    expect(() => read(text)).toThrow(ParseError);
  });
});
