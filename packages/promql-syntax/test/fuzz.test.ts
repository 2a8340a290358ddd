import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { formatExpr, parseExpr, parseMetricSelector, parseSeriesDescription, prettyExpr } from "../src/index.ts";
import { allFeatures } from "./check-query.ts";

/** Expressions of every kind, right and wrong; what they mean is of no matter here. */
const corpus = readFileSync(new URL("expressions.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => !/^(##|=>|!!|$)/.test(line));

describe("any text parses or raises ParseError", () => {
  const words = `foo sum by on ( ) [ ] { } , : = =~ == + - ^ and offset @ 5m 1 0x 1e "a" ' \` \\ start () step bool fill anchored group_left # é x _`;
  const word = fc.constantFrom(...words.split(" "), "\n", "\ud800");
  /** An expression with something cut out of it and something put in, or two of them one in the other. */
  const mutated = fc
    .tuple(fc.constantFrom(...corpus), fc.nat(), fc.nat({ max: 4 }), fc.oneof(word, fc.constantFrom(...corpus)))
    .map(([query, place, cut, put]) => {
      const at = place % (query.length + 1);
      return query.slice(0, at) + put + query.slice(at + cut);
    });
  const text = fc.oneof(
    mutated,
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.array(word, { maxLength: 20 }).map((parts) => parts.join(" ")),
  );

  function outcome(run: () => unknown): string {
    try {
      run();
      return "parsed";
    } catch (error) {
      return (error as Error).name;
    }
  }

  test("queries, selectors and series", () => {
    fc.assert(
      fc.property(text, (query) => {
        expect(["parsed", "ParseError"]).toContain(outcome(() => parseExpr(query, allFeatures)));
        expect(["parsed", "ParseError"]).toContain(outcome(() => parseMetricSelector(query)));
        expect(["parsed", "ParseError"]).toContain(outcome(() => parseSeriesDescription(query)));
      }),
      { numRuns: 2000 },
    );
  });

  test("and what parses can be printed", () => {
    fc.assert(
      fc.property(text, (query) => {
        const printed = outcome(() => {
          const expr = parseExpr(query, allFeatures);
          formatExpr(expr);
          prettyExpr(expr);
        });
        expect(["parsed", "ParseError"]).toContain(printed);
      }),
      { numRuns: 1000 },
    );
  });
});
