import { everyChar } from "../char-set.ts";
import type { Pattern } from "../pattern.ts";
import { NOTHING } from "./context.ts";
import { stepsOf, type Steps } from "./steps.ts";

/** Words that the states of one pattern may take: a megabyte. */
const MOST_WORDS = 262_144;

/**
 * When so many states had to be made for one text, and that is more than one for four characters, then states hardly ever come back, and
 * keeping them costs more than it saves.
 */
const MANY_NEW_STATES = 1024;
const FEWEST_CHARS_PER_STATE = 4;

/** Numbers of the states that are always there, see `Dfa.transitions`. */
const UNKNOWN = 0;
const DEAD = 1;
const MATCHED = 2;
const START = 3;

const anything: Pattern = { kind: "repeat", item: { kind: "chars", set: everyChar }, min: 0, max: Infinity, isLazy: false };

/**
 * A test of the whole text, or when not `isWhole` of any part of it, in one pass without a way back. Its time is linear in the length
 * of the text. Undefined when the pattern, which holds no groups, is too large for it.
 */
export function automatonTest(pattern: Pattern, isWhole: boolean): ((text: string) => boolean) | undefined {
  const isTied = isWhole || isTiedToStart(pattern);
  const steps = stepsOf(isTied ? pattern : { kind: "sequence", items: [anything, pattern] }, isWhole);
  if (steps === undefined) return undefined;
  const dfa = new Dfa(steps);
  return (text) => dfa.test(text);
}

function isTiedToStart(pattern: Pattern): boolean {
  switch (pattern.kind) {
    case "chars":
      return false;
    case "sequence":
      return pattern.items.length > 0 && isTiedToStart(pattern.items[0]);
    case "choice":
      return pattern.branches.every(isTiedToStart);
    case "repeat":
      return pattern.min > 0 && isTiedToStart(pattern.item);
    case "group":
      return isTiedToStart(pattern.item);
    case "edge":
      return pattern.at === "textStart";
  }
}

/** States of an automaton, which are made when a text first leads to them and kept for the next, as long as there is room. */
class Dfa {
  private readonly steps: Steps;
  private readonly stride: number;
  /**
   * The state to which each class of characters leads from each state: a state stands as its number times `stride`, which is where its
   * row begins. 0 is one not yet made.
   */
  private transitions: Int32Array = new Int32Array();
  /** For each state, its set of positions, and the kind of the character that led to it. */
  private words: Uint32Array = new Uint32Array();
  private kinds: Uint8Array = new Uint8Array();
  private stateCount = 0;
  private readonly numbers = new Map<string, number>();
  private readonly next: Uint32Array;
  private resets = 0;

  constructor(steps: Steps) {
    this.steps = steps;
    this.stride = steps.endClass + 1;
    this.next = new Uint32Array(steps.wordCount);
    this.begin();
  }

  test(text: string): boolean {
    const { latin, classOf } = this.steps.alphabet;
    const matched = MATCHED * this.stride;
    let { transitions } = this;
    let state = START * this.stride;
    let made = 0;
    for (let i = 0; i < text.length; i++) {
      let char = text.charCodeAt(i);
      let charClass: number;
      if (char < latin.length) charClass = latin[char];
      else {
        if (char >= 0xd800 && char < 0xdc00) {
          char = text.codePointAt(i) ?? 0;
          if (char > 0xffff) i++;
        }
        charClass = classOf(char);
      }
      let next = transitions[state + charClass];
      if (next <= matched) {
        if (next === UNKNOWN) {
          next = this.extend(state, charClass);
          ({ transitions } = this);
          if (++made > MANY_NEW_STATES && made * FEWEST_CHARS_PER_STATE > i && next > matched) return this.testRest(text, i + 1, next);
        }
        if (next <= matched) return next === matched;
      }
      state = next;
    }
    const { endClass } = this.steps;
    const last = transitions[state + endClass];
    return (last === UNKNOWN ? this.extend(state, endClass) : last) === matched;
  }

  /** Goes on without keeping states. */
  private testRest(text: string, from: number, state: number): boolean {
    const { wordCount, endClass } = this.steps;
    const { latin, classOf } = this.steps.alphabet;
    const number = state / this.stride;
    let words = this.words.slice(number * wordCount, (number + 1) * wordCount);
    let next = new Uint32Array(wordCount);
    let kind = this.kinds[number];
    for (let i = from; i <= text.length; i++) {
      const char = text.codePointAt(i);
      const charClass = char === undefined ? endClass : char < latin.length ? latin[char] : classOf(char);
      if (char !== undefined && char > 0xffff) i++;
      this.steps.step(words, 0, kind, charClass, next);
      if (this.steps.isMatch(next)) return true;
      kind = this.steps.kindOf(charClass);
      const spare = words;
      words = next;
      next = spare;
    }
    return false;
  }

  /** Finds the state to which a class leads from a state, and notes it there. */
  private extend(state: number, charClass: number): number {
    const { steps, stride, next } = this;
    const from = state / stride;
    steps.step(this.words, from * steps.wordCount, this.kinds[from], charClass, next);
    const { resets } = this;
    const to = stride * (steps.isMatch(next) ? MATCHED : isNone(next) ? DEAD : this.numberOf(steps.kindOf(charClass)));
    // After a reset the row belongs to another state.
    if (resets === this.resets) this.transitions[state + charClass] = to;
    return to;
  }

  /** The number of the state of the positions in `next`, reached by a character of `kind`. */
  private numberOf(kind: number): number {
    const key = `${kind}${keyOf(this.next)}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    if ((this.stateCount + 1) * (this.stride + this.next.length) > MOST_WORDS && this.stateCount > START + 1) {
      this.resets++;
      this.begin();
    }
    const number = this.add(kind);
    this.numbers.set(key, number);
    return number;
  }

  /** Forgets all states but those that are always there. */
  private begin(): void {
    const kept = this.next.slice();
    this.numbers.clear();
    this.stateCount = START;
    this.transitions.fill(UNKNOWN);
    this.next.fill(0);
    this.next[0] = 1;
    this.add(NOTHING);
    this.next.set(kept);
  }

  private add(kind: number): number {
    const number = this.stateCount++;
    if ((number + 1) * this.stride > this.transitions.length) this.grow();
    this.words.set(this.next, number * this.next.length);
    this.kinds[number] = kind;
    return number;
  }

  private grow(): void {
    const room = Math.max(8, 2 * this.stateCount);
    this.transitions = enlarged(this.transitions, new Int32Array(room * this.stride));
    this.words = enlarged(this.words, new Uint32Array(room * this.next.length));
    this.kinds = enlarged(this.kinds, new Uint8Array(room));
  }
}

function enlarged<T extends Int32Array | Uint32Array | Uint8Array>(old: T, room: T): T {
  room.set(old);
  return room;
}

function isNone(words: Uint32Array): boolean {
  for (const word of words) if (word !== 0) return false;
  return true;
}

/** The words as text of as many bits. In pieces, since each unit is an argument. */
function keyOf(words: Uint32Array): string {
  const units = new Uint16Array(words.buffer, words.byteOffset, 2 * words.length);
  let key = "";
  for (let at = 0; at < units.length; at += KEY_PIECE_UNITS) {
    key += Reflect.apply(String.fromCharCode, undefined, units.subarray(at, at + KEY_PIECE_UNITS));
  }
  return key;
}

const KEY_PIECE_UNITS = 8192;
