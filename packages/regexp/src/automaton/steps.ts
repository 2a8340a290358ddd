import { isInSet } from "../char-set.ts";
import { hasEdge, type Pattern } from "../pattern.ts";
import { alphabetOf, type Alphabet } from "./alphabet.ts";
import { contextOf, EVERY_EDGE, kindOf, NOTHING, OTHER_CHAR } from "./context.ts";
import { jump, jumpsOf, type Jumps } from "./jumps.ts";
import { linksOf, positionsOf, type Positions } from "./positions.ts";

/** Only a pattern that is hundreds of thousands of characters long, and no plain list of texts, has more. */
const MOST_POSITIONS = 400_000;

/** The automaton of a pattern as sets of positions, one bit each: what may have been matched last. Bit 0 is the start. */
export interface Steps {
  readonly alphabet: Alphabet;
  /** The class that stands for the end of the text, one above those of the alphabet. */
  readonly endClass: number;
  /** How many words of 32 bits a set takes. */
  readonly wordCount: number;
  /** Whether the set in `words` holds the end, that is: whether the pattern has matched. */
  readonly isMatch: (words: Uint32Array) => boolean;
  /** The kind (context.ts) of a class' characters; all are OTHER_CHAR where no edge asks. */
  readonly kindOf: (charClass: number) => number;
  /** Writes to `next` the set that follows the one at `at` in `words` when a character of the class comes behind one of kind `before`. */
  readonly step: (words: Uint32Array, at: number, before: number, charClass: number, next: Uint32Array) => void;
}

/**
 * Makes the automaton of `pattern`. Unless `isWhole`, it matches as soon as the pattern has, whatever comes then. Undefined when the
 * pattern is too large for it.
 */
export function stepsOf(pattern: Pattern, isWhole: boolean): Steps | undefined {
  const positions = positionsOf(pattern);
  const positionCount = positions.setIds.length + 2;
  const wordCount = Math.ceil(positionCount / 32);
  const hasEdges = hasEdge(pattern);
  const jumpsIn = contextJumps(pattern, wordCount);
  if (positionCount > MOST_POSITIONS || jumpsIn(EVERY_EDGE) === undefined) return undefined;
  const alphabet = alphabetOf([...positions.sets, ...(hasEdges ? edgeKinds : [])]);
  if (alphabet === undefined) return undefined;
  const masks = classMasks(positions, alphabet, wordCount, isWhole);
  const endClass = alphabet.classCount;
  const end = positionCount - 1;
  const kindOfClass = (charClass: number): number => {
    if (!hasEdges) return OTHER_CHAR;
    return charClass === endClass ? NOTHING : kindOf(alphabet.samples[charClass]);
  };
  return {
    alphabet,
    endClass,
    wordCount,
    isMatch: (words) => (words[end >> 5] & (1 << (end & 31))) !== 0,
    kindOf: kindOfClass,
    step: (words, at, before, charClass, next) => {
      const jumps = jumpsIn(hasEdges ? contextOf(before, kindOfClass(charClass)) : EVERY_EDGE);
      if (jumps === undefined) throw new Error("BUG: one context makes more links than one in which every edge holds");
      jump(jumps, words, at, masks(charClass), next);
    },
  };
}

const edgeKinds = [
  [10, 10],
  [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a],
];

/** Keeps the jumps of the contexts that come up. */
function contextJumps(pattern: Pattern, wordCount: number): (context: number) => Jumps | undefined {
  const known: (Jumps | undefined)[] = [];
  return (context) => {
    const index = context - EVERY_EDGE;
    if (known[index] === undefined) {
      const links = linksOf(pattern, context);
      known[index] = links === undefined ? undefined : jumpsOf(links, wordCount);
    }
    return known[index];
  };
}

/** Which positions match a character, by its class. */
function classMasks(
  { sets, setIds }: Positions,
  alphabet: Alphabet,
  wordCount: number,
  isWhole: boolean,
): (charClass: number) => Uint32Array {
  const known: (Uint32Array | undefined)[] = [];
  const end = setIds.length + 1;
  return (charClass) => {
    let mask = known[charClass];
    if (mask !== undefined) return mask;
    known[charClass] = mask = new Uint32Array(wordCount);
    const isEnd = charClass === alphabet.classCount;
    const isIn = sets.map((set) => !isEnd && isInSet(set, alphabet.samples[charClass]));
    for (let i = 0; i < setIds.length; i++) {
      if (isIn[setIds[i]]) mask[(i + 1) >> 5] |= 1 << ((i + 1) & 31);
    }
    if (isEnd || !isWhole) mask[end >> 5] |= 1 << (end & 31);
    return mask;
  };
}
