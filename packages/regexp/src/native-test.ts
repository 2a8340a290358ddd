import { wholeTextBranches } from "./branches.ts";
import { isEveryChar } from "./char-set.ts";
import { isLinear, longestMatch } from "./linear.ts";
import type { Pattern } from "./pattern.ts";
import { isNativeSize, nativeSource } from "./print-pattern.ts";

/** A search tries a match at every place of the text; one of so few characters can't go far astray at any. */
const LONGEST_SEARCHED = 32;

/** Ways through a pattern that a search may try at every place. */
const MOST_WALKS_OF_SEARCH = 8;

/** Branches that a native expression may try one after the other. */
const MOST_BRANCHES = 16;

/**
 * The native expression that tells whether a text matches, where it provably can't run astray and is no giant; undefined otherwise. What its groups
 * hold means nothing. `pattern` has none (simplify.ts).
 */
export function nativeTest(pattern: Pattern, anchored: boolean): RegExp | undefined {
  const branches = isNativeSize(pattern) ? wholeTextBranches(pattern, anchored) : undefined;
  if (branches === undefined || branches.length > MOST_BRANCHES) return undefined;
  const sources: string[] = [];
  for (const branch of branches) {
    const source = sourceOf(branch);
    if (source === undefined) return undefined;
    sources.push(source);
  }
  return new RegExp(sources.join("|"), "u");
}

/** What may be anything at either end need not be looked at: then the rest is searched for, or need not reach the end. */
function sourceOf(branch: Pattern): string | undefined {
  const items = branch.kind === "sequence" ? [...branch.items] : [branch];
  const isSearch = isAnything(items[0]);
  if (isSearch) items.shift();
  const isOpen = isAnything(items.at(-1));
  if (isOpen) items.pop();
  const core: Pattern = { kind: "sequence", items };
  if (isSearch && longestMatch(core) > LONGEST_SEARCHED) return undefined;
  if (!isLinear(core, isSearch ? MOST_WALKS_OF_SEARCH : undefined)) return undefined;
  return `${isSearch ? "" : "^"}(?:${nativeSource(core)})${isOpen ? "" : "$"}`;
}

function isAnything(item: Pattern | undefined): boolean {
  return item?.kind === "repeat" && item.min === 0 && item.max === Infinity && item.item.kind === "chars" && isEveryChar(item.item.set);
}
