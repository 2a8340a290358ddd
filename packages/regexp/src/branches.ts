import { everyChar } from "./char-set.ts";
import { hasEdge, isNullable, type Pattern } from "./pattern.ts";

const anything: Pattern = { kind: "repeat", item: { kind: "chars", set: everyChar }, min: 0, max: Infinity, isLazy: false };

/**
 * Rewrites a pattern as branches that each must match the whole text, and that hold no edges any more. A text matches the pattern when it
 * matches one of them. Unless `anchored`, a branch gets "anything" on each side that is not tied to an edge. Returns undefined when an
 * edge stands in the middle of something. Groups keep their place and number, except that those at the rim of an unanchored branch that
 * match the empty text are cut off: the branches tell whether a text matches, not what the groups hold.
 */
export function wholeTextBranches(pattern: Pattern, anchored: boolean): readonly Pattern[] | undefined {
  const branches = pattern.kind === "choice" ? pattern.branches : [pattern];
  const whole: Pattern[] = [];
  for (const branch of branches) {
    const items = branch.kind === "sequence" ? [...branch.items] : [branch];
    let startsAnywhere = !anchored;
    let endsAnywhere = !anchored;
    while (isEdge(items[0], "textStart")) {
      items.shift();
      startsAnywhere = false;
    }
    while (isEdge(items.at(-1), "textEnd")) {
      items.pop();
      endsAnywhere = false;
    }
    if (items.some(hasEdge)) return undefined;
    // What may be empty beside "anything" adds nothing.
    if (startsAnywhere) {
      while (items.length > 0 && isNullable(items[0])) items.shift();
      items.unshift(anything);
    }
    if (endsAnywhere) {
      while (items.length > 0 && isNullable(items[items.length - 1])) items.pop();
      items.push(anything);
    }
    whole.push({ kind: "sequence", items });
  }
  return whole;
}

function isEdge(item: Pattern | undefined, at: "textStart" | "textEnd"): boolean {
  return item?.kind === "edge" && item.at === at;
}
