import { areDisjoint, unionOf, type CharSet } from "./char-set.ts";
import { hasGroup, isNullable, type Pattern } from "./pattern.ts";

/** Times that a backtracking engine may walk through the text because of choices whose branches begin alike. */
const MOST_WALKS = 64;

/**
 * Whether a backtracking engine matches the whole of any text against `pattern` in linear time, and finds the same groups as RE2. That
 * is so when the next character always tells which way to go: then every way back fails at its first step. Two exceptions are
 * harmless: a few choices between branches that begin alike, outside of repeats; and one repeat that overlaps with what
 * follows it, when all that follows is of limited length (`(.+)\.example\.com`). Groups inside a repeat are left to RE2, because a
 * JavaScript engine forgets them at every round. `pattern` holds no edges.
 */
export function isLinear(pattern: Pattern): boolean {
  return new Check().passes(pattern, [], false);
}

class Check {
  private walks = 1;
  private hasOverlap = false;

  /** `follow` holds the characters that may come after `pattern`; `inRepeat` is true below a repeat of more than one round. */
  passes(pattern: Pattern, follow: CharSet, inRepeat: boolean, isTailLimited = true): boolean {
    switch (pattern.kind) {
      case "chars":
        return true;
      case "sequence":
        return this.sequencePasses(pattern.items, follow, inRepeat, isTailLimited);
      case "choice":
        return this.choicePasses(pattern.branches, follow, inRepeat, isTailLimited);
      case "repeat":
        return this.repeatPasses(pattern, follow, inRepeat, isTailLimited);
      case "group":
        return this.passes(pattern.item, follow, inRepeat, isTailLimited);
      case "edge":
        return false;
    }
  }

  private sequencePasses(items: readonly Pattern[], follow: CharSet, inRepeat: boolean, isTailLimited: boolean): boolean {
    let after = follow;
    let isLimited = isTailLimited;
    for (const item of items.toReversed()) {
      if (!this.passes(item, after, inRepeat, isLimited)) return false;
      after = isNullable(item) ? unionOf(firstChars(item), after) : firstChars(item);
      isLimited &&= isLimitedLength(item);
    }
    return true;
  }

  private choicePasses(branches: readonly Pattern[], follow: CharSet, inRepeat: boolean, isTailLimited: boolean): boolean {
    let seen: CharSet = [];
    let isClear = branches.filter(isNullable).length <= 1;
    for (const branch of branches) {
      const first = isNullable(branch) ? unionOf(firstChars(branch), follow) : firstChars(branch);
      isClear &&= areDisjoint(seen, first);
      seen = unionOf(seen, first);
    }
    if (!isClear) {
      this.walks *= branches.length;
      if (inRepeat || this.walks > MOST_WALKS) return false;
    }
    return branches.every((branch) => this.passes(branch, follow, inRepeat, isTailLimited));
  }

  private repeatPasses(repeat: Pattern & { readonly kind: "repeat" }, follow: CharSet, inRepeat: boolean, isTailLimited: boolean): boolean {
    const { item, min, max } = repeat;
    if (isNullable(item)) return false;
    if (max > 1 && hasGroup(item)) return false;
    const first = firstChars(item);
    if (min !== max && !areDisjoint(first, follow)) {
      if (inRepeat || this.hasOverlap || item.kind !== "chars" || !isTailLimited) return false;
      this.hasOverlap = true;
      return true;
    }
    const isLoop = max > 1;
    return this.passes(item, isLoop ? unionOf(first, follow) : follow, inRepeat || isLoop, isTailLimited && !isLoop);
  }
}

/** The characters with which a match may begin. */
function firstChars(pattern: Pattern): CharSet {
  switch (pattern.kind) {
    case "chars":
      return pattern.set;
    case "sequence": {
      let first: CharSet = [];
      for (const item of pattern.items) {
        first = unionOf(first, firstChars(item));
        if (!isNullable(item)) break;
      }
      return first;
    }
    case "choice":
      return pattern.branches.map(firstChars).reduce(unionOf);
    case "repeat":
      return pattern.max === 0 ? [] : firstChars(pattern.item);
    case "group":
      return firstChars(pattern.item);
    case "edge":
      return [];
  }
}

function isLimitedLength(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case "chars":
    case "edge":
      return true;
    case "sequence":
      return pattern.items.every(isLimitedLength);
    case "choice":
      return pattern.branches.every(isLimitedLength);
    case "repeat":
      return pattern.max !== Infinity && isLimitedLength(pattern.item);
    case "group":
      return isLimitedLength(pattern.item);
  }
}
