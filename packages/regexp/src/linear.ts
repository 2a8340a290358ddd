import { areDisjoint, unionOf, type CharSet } from "./char-set.ts";
import { hasGroup, isNullable, type Pattern } from "./pattern.ts";

/** Times that a backtracking engine may walk through the text because of choices whose branches begin alike. */
const MOST_WALKS = 64;

/** Comparing the branches of a choice takes time that grows with the square of their number. */
const MOST_BRANCHES = 256;

/**
 * Whether a backtracking engine matches the whole of any text against `pattern` in linear time, and finds the same groups as RE2. That
 * is so when the next character always tells which way to go: then every way back fails at its first step. Two exceptions are
 * harmless: a few choices between branches that begin alike, outside of repeats; and one repeat that overlaps with what
 * follows it, when all that follows is of limited length (`(.+)\.example\.com`). Groups inside a repeat are left to RE2, because a
 * JavaScript engine forgets them at every round. `pattern` holds no edges.
 */
export function isLinear(pattern: Pattern, mostWalks: number = MOST_WALKS): boolean {
  return new Check(mostWalks).passes(pattern, [], false);
}

/** How many characters the longest text has that matches, Infinity where there is none. */
export function longestMatch(pattern: Pattern): number {
  switch (pattern.kind) {
    case "chars":
      return 1;
    case "edge":
      return 0;
    case "sequence":
      return pattern.items.reduce((sum, item) => sum + longestMatch(item), 0);
    case "choice":
      return pattern.branches.reduce((most, branch) => Math.max(most, longestMatch(branch)), 0);
    case "repeat": {
      const longest = longestMatch(pattern.item);
      return longest === 0 || pattern.max === 0 ? 0 : longest * pattern.max;
    }
    case "group":
      return longestMatch(pattern.item);
  }
}

class Check {
  private walks = 1;
  private hasOverlap = false;
  private readonly mostWalks: number;

  constructor(mostWalks: number) {
    this.mostWalks = mostWalks;
  }

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
      isLimited &&= longestMatch(item) !== Infinity;
    }
    return true;
  }

  private choicePasses(branches: readonly Pattern[], follow: CharSet, inRepeat: boolean, isTailLimited: boolean): boolean {
    if (branches.length > MOST_BRANCHES) return false;
    let seen: CharSet = [];
    let isClear = branches.filter(isNullable).length <= 1;
    for (const branch of branches) {
      const first = isNullable(branch) ? unionOf(firstChars(branch), follow) : firstChars(branch);
      isClear &&= areDisjoint(seen, first);
      seen = unionOf(seen, first);
    }
    if (!isClear) {
      this.walks *= branches.length;
      if (inRepeat || this.walks > this.mostWalks) return false;
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
