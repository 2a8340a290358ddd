import { isEveryChar } from "./char-set.ts";
import { literalsOf } from "./literals.ts";
import type { Pattern } from "./pattern.ts";

/** Literals with gaps between them, the shape of `foo.*`, `.*bar`, `.+(a|b).*c`. */
export interface Glob {
  /** What stands before, between and after the gaps, one more than there are gaps; each is one of a few texts, often just "". */
  readonly parts: readonly (readonly string[])[];
  /** The least number of characters, 0 or 1, in each gap. */
  readonly gaps: readonly number[];
}

/** The glob that a whole-text pattern without edges amounts to, or undefined when it is none. At least one gap. */
export function globOf(pattern: Pattern): Glob | undefined {
  const parts: (readonly string[])[] = [];
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
    const part = literalsOf({ kind: "sequence", items: run });
    if (part === undefined) return undefined;
    parts.push(part);
    gaps.push(gap);
    run = [];
    isAfterGap = true;
  }
  const last = literalsOf({ kind: "sequence", items: run });
  // A gap of two or more would have to count characters, which are not UTF-16 units.
  if (last === undefined || gaps.length === 0 || gaps.some((gap) => gap > 1)) return undefined;
  return { parts: [...parts, last], gaps };
}

/**
 * Whether the whole of `text` matches. Each part in turn takes the place that ends earliest, which leaves the most room for those that
 * follow, so nothing is ever tried twice.
 */
export function matchesGlob({ parts, gaps }: Glob, text: string): boolean {
  let at = shortestStart(parts[0], text);
  if (at < 0) return false;
  for (let i = 1; i < parts.length - 1; i++) {
    at = earliestEnd(parts[i], text, at + gaps[i - 1]);
    if (at < 0) return false;
  }
  const room = text.length - at - gaps[gaps.length - 1];
  return parts[parts.length - 1].some((ending) => ending.length <= room && text.endsWith(ending));
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

function shortestStart(starts: readonly string[], text: string): number {
  let shortest = -1;
  for (const start of starts) {
    if ((shortest < 0 || start.length < shortest) && text.startsWith(start)) shortest = start.length;
  }
  return shortest;
}

function earliestEnd(choices: readonly string[], text: string, from: number): number {
  let earliest = -1;
  for (const choice of choices) {
    const index = text.indexOf(choice, from);
    // indexOf finds an empty text at the end even when `from` lies past it.
    if (index < from) continue;
    if (earliest < 0 || index + choice.length < earliest) earliest = index + choice.length;
  }
  return earliest;
}
