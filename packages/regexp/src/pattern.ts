import type { CharSet } from "./char-set.ts";

/** A pattern taken apart, as far as the fast paths understand it. */
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
  /** The start or the end of the text. */
  | { readonly kind: "edge"; readonly at: "start" | "end" };

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

/** Whether an edge stands anywhere inside. */
export function hasEdge(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case "chars":
      return false;
    case "sequence":
      return pattern.items.some(hasEdge);
    case "choice":
      return pattern.branches.some(hasEdge);
    case "repeat":
    case "group":
      return hasEdge(pattern.item);
    case "edge":
      return true;
  }
}

/** Whether a capturing group stands anywhere inside. */
export function hasGroup(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case "chars":
    case "edge":
      return false;
    case "sequence":
      return pattern.items.some(hasGroup);
    case "choice":
      return pattern.branches.some(hasGroup);
    case "repeat":
      return hasGroup(pattern.item);
    case "group":
      return true;
  }
}
