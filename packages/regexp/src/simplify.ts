import { unionOf, type CharSet } from "./char-set.ts";
import { isNullable, type Pattern } from "./pattern.ts";

/** A pattern that matches the same texts with fewer positions. Which branch matches, and what groups hold, is lost. */
export function simplify(pattern: Pattern): Pattern {
  switch (pattern.kind) {
    case "chars":
    case "edge":
      return pattern;
    case "sequence":
      return { kind: "sequence", items: pattern.items.map(simplify) };
    case "choice":
      return simplifyChoice(pattern.branches.map(simplify));
    case "repeat":
      return simplifyRepeat(pattern);
    case "group":
      return simplify(pattern.item);
  }
}

/** Single characters, of whatever branches, become one set. */
function simplifyChoice(branches: readonly Pattern[]): Pattern {
  let set: CharSet | undefined;
  const others: Pattern[] = [];
  for (const branch of branches) {
    if (branch.kind !== "chars") others.push(branch);
    else set = set === undefined ? branch.set : unionOf(set, branch.set);
  }
  if (set === undefined) return { kind: "choice", branches: others };
  const chars: Pattern = { kind: "chars", set };
  return others.length === 0 ? chars : { kind: "choice", branches: [chars, ...others] };
}

/**
 * Rounds that may be empty need not be made, so that the others can be counted from the first on: `(a?){5}` is `a{0,5}`, and a repeat of an
 * endless repeat is that repeat.
 */
function simplifyRepeat({ item, min, max, isLazy }: Pattern & { readonly kind: "repeat" }): Pattern {
  let inner = simplify(item);
  const least = isNullable(inner) ? 0 : min;
  if (inner.kind === "repeat" && inner.min === 0 && (inner.max === 1 || inner.max === Infinity)) {
    if (inner.max === Infinity && max > 0) return inner;
    inner = inner.item;
  }
  if (inner.kind === "repeat" && inner.min === 1 && inner.max === Infinity && max === Infinity && least <= 1) inner = inner.item;
  return least === 1 && max === 1 ? inner : { kind: "repeat", item: inner, min: least, max, isLazy };
}
