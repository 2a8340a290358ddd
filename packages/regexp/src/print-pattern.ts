import { isEveryChar, rangesOf, type CharSet } from "./char-set.ts";
import { someInside, type EdgePlace, type Pattern } from "./pattern.ts";

/** How an engine writes what engines write differently. */
interface Dialect {
  readonly char: (hex: string) => string;
  readonly everyChar: string;
  readonly noChar: string;
  readonly edges: Readonly<Record<EdgePlace, string>> | undefined;
}

/** JavaScript's, with the flag `u`. Its edges are not RE2's. */
const javaScript: Dialect = { char: (hex) => `\\u{${hex}}`, everyChar: "[^]", noChar: "[]", edges: undefined };

const re2: Dialect = {
  char: (hex) => `\\x{${hex}}`,
  everyChar: "(?s:.)",
  noChar: "[^\\x{0}-\\x{10ffff}]",
  edges: { textStart: "\\A", textEnd: "\\z", lineStart: "(?m:^)", lineEnd: "(?m:$)", wordEdge: "\\b", noWordEdge: "\\B" },
};

/** Bounds of ranges in a native expression; thousands of large classes take its compiler a second. */
const MOST_NATIVE_BOUNDS = 4000;

/** Whether the pattern is of a size that makes an ordinary native expression. */
export function isNativeSize(pattern: Pattern): boolean {
  let bounds = 0;
  return !someInside(pattern, (part) => {
    if (part.kind === "chars") bounds += part.set.length;
    return bounds > MOST_NATIVE_BOUNDS;
  });
}

/** The pattern, which holds no edges, as JavaScript reads it with the flag `u`; groups in the order of the pattern. */
export function nativeSource(pattern: Pattern): string {
  return print(pattern, javaScript);
}

/** The pattern as RE2 reads it, with no flags, classes or names left: all engines then mean the same characters by it. */
export function re2Source(pattern: Pattern): string {
  return print(pattern, re2);
}

function print(pattern: Pattern, dialect: Dialect): string {
  switch (pattern.kind) {
    case "chars":
      return printSet(pattern.set, dialect);
    case "sequence":
      return pattern.items.map((item) => (item.kind === "choice" ? `(?:${print(item, dialect)})` : print(item, dialect))).join("");
    case "choice":
      return pattern.branches.map((branch) => print(branch, dialect)).join("|");
    case "repeat":
      return `(?:${print(pattern.item, dialect)})${printBounds(pattern.min, pattern.max)}${pattern.isLazy ? "?" : ""}`;
    case "group":
      return `(${print(pattern.item, dialect)})`;
    case "edge":
      if (dialect.edges === undefined) throw new Error("BUG: an edge has no place in a native expression");
      return dialect.edges[pattern.at];
  }
}

function printSet(set: CharSet, dialect: Dialect): string {
  if (set.length === 0) return dialect.noChar;
  if (isEveryChar(set)) return dialect.everyChar;
  const [first, last] = set;
  if (set.length === 2 && first === last) return dialect.char(first.toString(16));
  const ranges = rangesOf(set).map(([low, high]) => {
    const start = dialect.char(low.toString(16));
    return low === high ? start : `${start}-${dialect.char(high.toString(16))}`;
  });
  return `[${ranges.join("")}]`;
}

function printBounds(min: number, max: number): string {
  if (max === Infinity && min <= 1) return min === 0 ? "*" : "+";
  if (min === 0 && max === 1) return "?";
  return max === Infinity ? `{${min},}` : `{${min},${max}}`;
}
