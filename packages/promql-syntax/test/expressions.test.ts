import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { ParseError, formatExpr, parseExpr } from "../src/index.ts";
import { utf8Length } from "../src/token.ts";
import { allFeatures, shape } from "./check-query.ts";

/**
 * Expressions, each with what Prometheus 3.14 says of it below: `=>` and how it prints it, or `!!`, the place as an offset of bytes from
 * and to, and the message. `⏎` is a line feed; sections begin with `##`.
 */
const text = readFileSync(new URL("expressions.txt", import.meta.url), "utf8");

interface Section {
  readonly name: string;
  readonly rows: readonly (readonly [query: string, outcome: string])[];
}

const sections = text
  .split(/^## /m)
  .slice(1)
  .map((section): Section => {
    const [name, ...lines] = section.trimEnd().split("\n");
    const rows = Array.from({ length: lines.length / 2 }, (_row, i) => [lines[2 * i].replaceAll("⏎", "\n"), lines[2 * i + 1]] as const);
    return { name, rows };
  });

function outcomeOf(query: string): string {
  try {
    return `=> ${formatExpr(parseExpr(query, allFeatures))}`;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { start, end } = error.positionRange;
    return `!! ${utf8Length(query.slice(0, start))}-${utf8Length(query.slice(0, end))} ${error.message}`;
  }
}

test("the table is whole", () => {
  const rows = sections.flatMap((section) => section.rows);
  expect(rows.length).toBeGreaterThan(600);
  for (const [, outcome] of rows) expect(outcome).toMatch(/^(=> .|!! \d+-\d+ .)/);
});

describe.each(sections)("$name", ({ rows }) => {
  test.each(rows)("%j", (query, outcome) => {
    expect(outcomeOf(query)).toBe(outcome);
  });
});

/** Printed by upstream as something that means less: durations below or near a millisecond, and NaN as one. */
const lossy = /1e-7|1e-400|5e-324|nan|^1s1ms$/i;

test("what is printed is read as the same", () => {
  for (const [query, outcome] of sections.flatMap((section) => section.rows)) {
    if (!outcome.startsWith("=> ") || lossy.test(query)) continue;
    expect({ query, tree: shape(parseExpr(outcome.slice(3), allFeatures)) }).toEqual({ query, tree: shape(parseExpr(query, allFeatures)) });
  }
});
