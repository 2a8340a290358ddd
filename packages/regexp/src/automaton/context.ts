import { isInSet } from "../char-set.ts";
import { wordSet } from "../escapes.ts";
import type { EdgePlace } from "../pattern.ts";

/** What stands on one side of a place in a text, as far as edges care: nothing, a line break, a word's character, another character. */
export const NOTHING = 0;
export const LINE_BREAK = 1;
export const WORD_CHAR = 2;
export const OTHER_CHAR = 3;

/** How many kinds there are. */
const KIND_COUNT = 4;

/** A place in a text by the kinds of what stands before and behind it, as one number. */
export function contextOf(before: number, behind: number): number {
  return before * KIND_COUNT + behind;
}

/** The kind of a character. */
export function kindOf(char: number): number {
  if (char === 10) return LINE_BREAK;
  return isInSet(wordSet, char) ? WORD_CHAR : OTHER_CHAR;
}

const holds: Readonly<Record<EdgePlace, (before: number, behind: number) => boolean>> = {
  textStart: (before) => before === NOTHING,
  textEnd: (_before, behind) => behind === NOTHING,
  lineStart: (before) => before === NOTHING || before === LINE_BREAK,
  lineEnd: (_before, behind) => behind === NOTHING || behind === LINE_BREAK,
  wordEdge: (before, behind) => (before === WORD_CHAR) !== (behind === WORD_CHAR),
  noWordEdge: (before, behind) => (before === WORD_CHAR) === (behind === WORD_CHAR),
};

/** Stands for a place at which every edge holds: there is none, but nothing can have more followers than it would have there. */
export const EVERY_EDGE = -1;

/** Whether an edge holds at a place. */
export function edgeHolds(edge: EdgePlace, context: number): boolean {
  return context === EVERY_EDGE || holds[edge](Math.floor(context / KIND_COUNT), context % KIND_COUNT);
}
