import type { CharSet } from "./char-set.ts";

/**
 * Where something that takes up no character may stand: at the start or end of the text, at the start or end of a line, between a word's
 * character and another (`\b`), anywhere else (`\B`).
 */
export type EdgePlace = "textStart" | "textEnd" | "lineStart" | "lineEnd" | "wordEdge" | "noWordEdge";

/** A pattern taken apart: flags, classes and spellings are resolved, and what is left is what it matches. */
export type Pattern =
  /** One character of a set. */
  | { readonly kind: "chars"; readonly set: CharSet }
  /** One after another; none at all matches the empty text. */
  | { readonly kind: "sequence"; readonly items: readonly Pattern[] }
  | { readonly kind: "choice"; readonly branches: readonly Pattern[] }
  /** From `min` to `max` times, `max` may be Infinity. A lazy one prefers few. */
  | { readonly kind: "repeat"; readonly item: Pattern; readonly min: number; readonly max: number; readonly isLazy: boolean }
  /** A capturing group; they are numbered from 1 by their opening bracket. */
  | { readonly kind: "group"; readonly item: Pattern }
  | { readonly kind: "edge"; readonly at: EdgePlace };

/** Whether the empty text matches, wherever it stands. */
export function isNullable(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case "chars":
      return false;
    case "sequence":
      return pattern.items.every(isNullable);
    case "choice":
      return pattern.branches.some(isNullable);
    case "repeat":
      return pattern.min === 0 || isNullable(pattern.item);
    case "group":
      return isNullable(pattern.item);
    case "edge":
      return false;
  }
}

/** Whether something inside `pattern`, or the whole of it, satisfies `holds`. */
export function someInside(pattern: Pattern, holds: (part: Pattern) => boolean): boolean {
  if (holds(pattern)) return true;
  switch (pattern.kind) {
    case "chars":
    case "edge":
      return false;
    case "sequence":
      return pattern.items.some((item) => someInside(item, holds));
    case "choice":
      return pattern.branches.some((branch) => someInside(branch, holds));
    case "repeat":
    case "group":
      return someInside(pattern.item, holds);
  }
}

/** Whether an edge stands anywhere inside. */
export function hasEdge(pattern: Pattern): boolean {
  return someInside(pattern, (part) => part.kind === "edge");
}

/** Whether a capturing group stands anywhere inside. */
export function hasGroup(pattern: Pattern): boolean {
  return someInside(pattern, (part) => part.kind === "group");
}
