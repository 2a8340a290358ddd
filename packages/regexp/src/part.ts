import type { Pattern } from "./pattern.ts";
import { refusal } from "./regexp-error.ts";

/** A piece of a pattern that is being put together, with what Go's limits are about (regexp/syntax `checkLimits`, `repeatIsValid`). */
export interface Part {
  readonly pattern: Pattern;
  /** How deep it is nested. */
  readonly height: number;
  /** About how many instructions it compiles to when its counted repeats are written out. */
  readonly size: number;
  /** How often counted repeats multiply the innermost thing. */
  readonly copies: number;
}

const DEEPEST = 1000;
const MOST_COPIES = 1000;

/**
 * Instructions of the largest pattern, unless it is so large without its repeats. Go allows 3.3 million, which take a second and 100 MB:
 * there a pattern of 20 000 characters such as `a{1000}a{1000}…` is still one of them.
 */
const LARGEST_SIZE = 100_000;

/** Go's own limit, `maxSize`. */
const LARGEST_SIZE_IN_GO = 3_355_443;

/** Something of its own: a set of characters or an edge. */
export function leafOf(pattern: Pattern): Part {
  return { pattern, height: 1, size: 1, copies: 1 };
}

const asciiLeaves = Array.from({ length: 128 }, (_, char) => leafOf({ kind: "chars", set: [char, char] }));

/** A character; those of ASCII are always the same objects, as patterns consist of little else. */
export function charLeaf(char: number): Part {
  return asciiLeaves[char] ?? leafOf({ kind: "chars", set: [char, char] });
}

/** One part after another; sequences in it dissolve. */
export function sequenceOf(parts: readonly Part[]): Part {
  if (parts.length === 1) return parts[0];
  const items: Pattern[] = [];
  let isFlat = true;
  let height = 1;
  for (const part of parts) {
    const { pattern } = part;
    isFlat &&= pattern.kind === "chars";
    if (pattern.kind === "sequence") for (const item of pattern.items) items.push(item);
    else items.push(pattern);
    height = Math.max(height, pattern.kind === "sequence" ? part.height : part.height + 1);
  }
  return { pattern: { kind: "sequence", items }, height: isFlat ? 1 : height, ...sumsOf(parts) };
}

/** One of several parts; choices in it dissolve. */
export function choiceOf(parts: readonly Part[]): Part {
  if (parts.length === 1) return parts[0];
  const branches: Pattern[] = [];
  let height = 1;
  for (const part of parts) {
    const { pattern } = part;
    if (pattern.kind === "choice") for (const branch of pattern.branches) branches.push(branch);
    else branches.push(pattern);
    height = Math.max(height, pattern.kind === "choice" ? part.height : part.height + 1);
  }
  const { size, copies } = sumsOf(parts);
  return { pattern: { kind: "choice", branches }, height, size: size + parts.length - 1, copies };
}

/** A capturing group. */
export function groupOf({ pattern, height, size, copies }: Part): Part {
  return { pattern: { kind: "group", item: pattern }, height: height + 1, size: size + 2, copies };
}

/** A part again and again; only a repeat that `isCounted`, written with braces, multiplies the copies. */
export function repeatOf(item: Part, min: number, max: number, isLazy: boolean, isCounted: boolean): Part {
  const times = max === Infinity ? Math.max(min, 1) : max;
  return {
    pattern: { kind: "repeat", item: item.pattern, min, max, isLazy },
    height: item.height + 1,
    size: Math.max(1, times * item.size + (max === Infinity ? 2 : max - min)),
    copies: isCounted ? times * item.copies : item.copies,
  };
}

/** Whether counted repeats within each other multiply to more than Go allows. It looks at the size first, as `checkLimits` does then. */
export function repeatsTooOften({ copies, size }: Part): boolean {
  return copies > MOST_COPIES && size <= LARGEST_SIZE_IN_GO;
}

/** Throws RegexpError when the part is nested too deeply or too large. */
export function checkLimits(source: string, { height, size }: Part): void {
  if (size > Math.max(LARGEST_SIZE, 3 * source.length)) throw refusal(source, "expression too large", source);
  if (height > DEEPEST) throw refusal(source, "expression nests too deeply", source);
}

function sumsOf(parts: readonly Part[]): { readonly size: number; readonly copies: number } {
  let size = 0;
  let copies = 1;
  for (const part of parts) {
    size += part.size;
    copies = Math.max(copies, part.copies);
  }
  return { size: Math.max(1, size), copies };
}
