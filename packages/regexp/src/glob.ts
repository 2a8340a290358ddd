import { isEveryChar } from "./char-set.ts";
import { literalsOf } from "./literals.ts";
import type { Pattern } from "./pattern.ts";

/** Texts with gaps between them, the shape of `foo.*`, `.*bar`, `a.+b.*c`. */
export interface Glob {
  /** What stands before, between and after the gaps, one more than there are gaps; often just "". */
  readonly parts: readonly string[];
  /** The least number of characters, 0 or 1, in each gap. */
  readonly gaps: readonly number[];
}

/** The glob that a whole-text pattern without edges amounts to, or undefined when it is none. At least one gap. */
export function globOf(pattern: Pattern): Glob | undefined {
  const parts: string[] = [];
  const gaps: number[] = [];
  let run: Pattern[] = [];
  let isAfterGap = false;
  for (const item of flatten(pattern)) {
    const gap = gapOf(item);
    if (gap === undefined) {
      run.push(item);
      isAfterGap = false;
      continue;
    }
    if (isAfterGap) {
      gaps[gaps.length - 1] += gap;
      continue;
    }
    const part = onlyLiteral(run);
    if (part === undefined) return undefined;
    parts.push(part);
    gaps.push(gap);
    run = [];
    isAfterGap = true;
  }
  const last = onlyLiteral(run);
  // A gap of two or more would have to count characters, which are not UTF-16 units.
  if (last === undefined || gaps.length === 0 || gaps.some((gap) => gap > 1)) return undefined;
  return { parts: [...parts, last], gaps };
}

/** Tells whether the whole of a text matches; the commonest globs get a comparison of their own, the others walk from part to part. */
export function globTest(glob: Glob): (text: string) => boolean {
  const { parts, gaps } = glob;
  if (gaps.some((gap) => gap !== 0)) return isNonEmptyGap(glob) ? (text) => text !== "" : (text) => matchesGlob(glob, text);
  const [first, second] = parts;
  if (parts.length === 2 && second === "") return first === "" ? () => true : (text) => text.startsWith(first);
  if (parts.length === 2 && first === "") return (text) => text.endsWith(second);
  if (parts.length === 3 && first === "" && parts[2] === "") return (text) => text.includes(second);
  return (text) => matchesGlob(glob, text);
}

/** Whether the glob is nothing but a gap (`.*`). */
export function isGap({ parts, gaps }: Glob): boolean {
  return gaps.length === 1 && gaps[0] === 0 && parts.every((part) => part === "");
}

/** Whether the glob is nothing but a gap of at least one character (`.+`). */
export function isNonEmptyGap({ parts, gaps }: Glob): boolean {
  return gaps.length === 1 && gaps[0] === 1 && parts.every((part) => part === "");
}

/** Each part in turn takes its first place, which leaves the most room for those that follow, so nothing is ever tried twice. */
function matchesGlob({ parts, gaps }: Glob, text: string): boolean {
  if (!text.startsWith(parts[0])) return false;
  let at = parts[0].length;
  for (let i = 1; i < parts.length - 1; i++) {
    const from = at + gaps[i - 1];
    const index = text.indexOf(parts[i], from);
    // indexOf finds an empty text at the end even when `from` lies past it.
    if (index < from) return false;
    at = index + parts[i].length;
  }
  const last = parts[parts.length - 1];
  return last.length <= text.length - at - gaps[gaps.length - 1] && text.endsWith(last);
}

function flatten(pattern: Pattern): readonly Pattern[] {
  if (pattern.kind === "group") return flatten(pattern.item);
  return pattern.kind === "sequence" ? pattern.items.flatMap(flatten) : [pattern];
}

function gapOf(item: Pattern): number | undefined {
  if (item.kind !== "repeat" || item.max !== Infinity || item.min > 1) return undefined;
  let inner = item.item;
  while (inner.kind === "group") inner = inner.item;
  return inner.kind === "chars" && isEveryChar(inner.set) ? item.min : undefined;
}

function onlyLiteral(items: readonly Pattern[]): string | undefined {
  const literals = literalsOf({ kind: "sequence", items }, 1);
  return literals?.length === 1 ? literals[0] : undefined;
}
