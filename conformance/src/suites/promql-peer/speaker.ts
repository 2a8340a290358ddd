import type { Random } from "./random.ts";

/** Which language is spoken: that of 2.42, or that of 3.x with all that is experimental in it. */
export type Language = 2 | 3;

/** What the generator of expressions hands down to its parts, which each write one kind of expression. */
export interface Speaker {
  readonly random: Random;
  readonly language: Language;
  /** An expression of instant vectors with at most so many levels below it. */
  readonly vector: (depth: number) => string;
  readonly scalar: (depth: number) => string;
  readonly matrix: (depth: number) => string;
}

/** The labels that an expression may name; there is none called `missing`. */
export const LABELS: readonly string[] = ["job", "instance", "zone", "code", "le", "missing"];

/** One or two of the labels, with commas between. */
export function someLabels({ random }: Speaker): string {
  const [first, second] = [random.pick(LABELS), random.pick(LABELS)];
  return first === second || random.chance(0.4) ? first : `${first}, ${second}`;
}
