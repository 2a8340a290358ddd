import { isEveryChar, rangesOf, type CharSet } from "./char-set.ts";
import type { Pattern } from "./pattern.ts";

/** The JavaScript expression that matches the whole of a text against one of `branches`, groups in the order of the pattern. */
export function nativeRegExp(branches: readonly Pattern[]): RegExp {
  return new RegExp(`^(?:${branches.map(sourceOf).join("|")})$`, "u");
}

function sourceOf(pattern: Pattern): string {
  switch (pattern.kind) {
    case "chars":
      return charsSource(pattern.set);
    case "sequence":
      return pattern.items.map(sourceOf).join("");
    case "choice":
      return `(?:${pattern.branches.map(sourceOf).join("|")})`;
    case "repeat":
      return `(?:${sourceOf(pattern.item)})${boundsSource(pattern.min, pattern.max)}${pattern.isLazy ? "?" : ""}`;
    case "group":
      return `(${sourceOf(pattern.item)})`;
    case "edge":
      throw new Error("BUG: an edge has no place in the branches of a pattern");
  }
}

function charsSource(set: CharSet): string {
  if (isEveryChar(set)) return "[^]";
  const [first, last] = set;
  if (set.length === 2 && first === last) return charSource(first);
  return `[${rangesOf(set)
    .map(([low, high]) => (low === high ? charSource(low) : `${charSource(low)}-${charSource(high)}`))
    .join("")}]`;
}

function charSource(char: number): string {
  return `\\u{${char.toString(16)}}`;
}

function boundsSource(min: number, max: number): string {
  return max === Infinity ? `{${min},}` : `{${min},${max}}`;
}
