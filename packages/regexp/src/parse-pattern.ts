import { foldChar } from "./case-folds.ts";
import { complementOf, everyChar, withoutChars, type CharSet } from "./char-set.ts";
import { charEnd, readEscape } from "./escapes.ts";
import { readGroupOpening, type Flags } from "./group-opening.ts";
import { parseClass, readClassEscape } from "./parse-class.ts";
import { charLeaf, checkLimits, choiceOf, groupOf, leafOf, repeatOf, repeatsTooOften, sequenceOf, type Part } from "./part.ts";
import type { EdgePlace, Pattern } from "./pattern.ts";
import { refusal } from "./regexp-error.ts";

/** A pattern taken apart. */
export interface ParsedPattern {
  readonly pattern: Pattern;
  /** The names of the groups by number, from 0, the whole match; a name may stand twice. */
  readonly groupNames: readonly (string | undefined)[];
}

/**
 * Takes a pattern of RE2's syntax apart as Go 1.26's regexp/syntax does with its flags `Perl`; with `dotAll` the dot matches line breaks
 * too. Throws RegexpError with Go's message for what Go refuses, and "expression too large" some way below Go's own limit.
 */
export function parsePattern(source: string, dotAll: boolean): ParsedPattern {
  return new PatternReader(source, { isFolded: false, dotAll, multiline: false, isLazyByDefault: false }).read();
}

/** A group that is open, or the pattern itself. */
interface Level {
  readonly opening: "pattern" | "group" | "capture";
  /** The flags to go back to when it closes. */
  readonly outerFlags: Flags;
  readonly branches: Part[];
  items: Part[];
}

const notLineBreak = complementOf([10, 10]);
const MOST_REPEATS = 1000;

/** Bounds of ranges in all sets of a pattern, of which `\pL` has 1300; Go's own limit, 33 million, takes seconds. */
const MOST_BOUNDS = 2_000_000;

const simpleRepeats: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["*", [0, Infinity]],
  ["+", [1, Infinity]],
  ["?", [0, 1]],
]);

const edgeEscapes: ReadonlyMap<string | undefined, EdgePlace> = new Map([
  ["A", "textStart"],
  ["z", "textEnd"],
  ["b", "wordEdge"],
  ["B", "noWordEdge"],
]);

/** Keeps the open groups on a stack of its own: a pattern of nothing but brackets must not exhaust the process'. */
class PatternReader {
  private readonly source: string;
  private readonly groupNames: (string | undefined)[] = [undefined];
  private readonly levels: Level[] = [];
  private flags: Flags;
  private at = 0;
  /** The bounds of all ranges in sets so far. */
  private boundCount = 0;
  /** Where the repeat began that has just been read; undefined when something else has. */
  private lastRepeatAt: number | undefined;

  constructor(source: string, flags: Flags) {
    this.source = source;
    this.flags = flags;
  }

  read(): ParsedPattern {
    let level = this.open("pattern", this.flags);
    while (this.at < this.source.length) {
      if (this.readRepeat(level)) continue;
      this.lastRepeatAt = undefined;
      level = this.readToken(level);
    }
    if (this.levels.length > 1) throw refusal(this.source, "missing closing )", this.source);
    return { pattern: this.contentOf(level).pattern, groupNames: this.groupNames };
  }

  private readToken(level: Level): Level {
    switch (this.source[this.at]) {
      case "(":
        return this.readOpening(level);
      case ")":
        return this.readClosing(level);
      case "|":
        this.at++;
        this.endBranch(level);
        return level;
      case "[": {
        const { set, end } = parseClass(this.source, this.at, this.flags.isFolded);
        this.at = end;
        this.add(level, { kind: "chars", set });
        return level;
      }
      case "\\":
        this.readBackslash(level);
        return level;
      case ".":
        return this.readSign(level, { kind: "chars", set: this.flags.dotAll ? everyChar : notLineBreak });
      case "^":
        return this.readSign(level, { kind: "edge", at: this.flags.multiline ? "lineStart" : "textStart" });
      case "$":
        return this.readSign(level, { kind: "edge", at: this.flags.multiline ? "lineEnd" : "textEnd" });
      default:
        this.readLiteral(level);
        return level;
    }
  }

  private readSign(level: Level, pattern: Pattern): Level {
    this.at++;
    this.add(level, pattern);
    return level;
  }

  private readLiteral(level: Level): void {
    const char = this.source.codePointAt(this.at) ?? 0;
    this.at = charEnd(this.source, this.at);
    this.addChar(level, char);
  }

  private readBackslash(level: Level): void {
    const letter = this.source[this.at + 1];
    const edge = edgeEscapes.get(letter);
    if (edge !== undefined) {
      this.at += 2;
      this.add(level, { kind: "edge", at: edge });
      return;
    }
    if (letter === "Q") {
      this.readQuoted(level);
      return;
    }
    const found = readClassEscape(this.source, this.at, this.flags.isFolded);
    if (found !== undefined) {
      this.at = found.end;
      this.add(level, { kind: "chars", set: found.set });
      return;
    }
    const { char, end } = readEscape(this.source, this.at);
    this.at = end;
    this.addChar(level, char);
  }

  private readQuoted(level: Level): void {
    const close = this.source.indexOf("\\E", this.at + 2);
    const end = close < 0 ? this.source.length : close;
    this.at += 2;
    while (this.at < end) this.readLiteral(level);
    if (close >= 0) this.at += 2;
  }

  /** Reads a repeat, if one stands here. What does not look exactly like a count is an ordinary brace. */
  private readRepeat(level: Level): boolean {
    const { source, at } = this;
    const simple = simpleRepeats.get(source[at]);
    const bounds = simple ?? readCount(source, at);
    if (bounds === undefined) return false;
    let end = simple === undefined ? source.indexOf("}", at) + 1 : at + 1;
    const [min, max] = bounds;
    if (simple === undefined && (min > MOST_REPEATS || (max !== Infinity && (max > MOST_REPEATS || min > max)))) {
      throw refusal(source, "invalid repeat count", source.slice(at, end));
    }
    const isLazy = source[end] === "?";
    if (isLazy) end++;
    if (this.lastRepeatAt !== undefined) {
      throw refusal(source, "invalid nested repetition operator", source.slice(this.lastRepeatAt, end));
    }
    const item = level.items.pop();
    if (item === undefined) throw refusal(source, "missing argument to repetition operator", source.slice(at, end));
    const repeat = repeatOf(item, min, max, isLazy !== this.flags.isLazyByDefault, simple === undefined);
    // Go's limit of size is higher than ours, so that it tells of the count.
    if (simple === undefined && repeatsTooOften(repeat)) throw refusal(source, "invalid repeat count", source.slice(at, end));
    checkLimits(source, repeat);
    level.items.push(repeat);
    this.lastRepeatAt = at;
    this.at = end;
    return true;
  }

  private readOpening(level: Level): Level {
    if (this.source[this.at + 1] !== "?") {
      this.at++;
      this.groupNames.push(undefined);
      return this.open("capture", this.flags);
    }
    const opening = readGroupOpening(this.source, this.at, this.flags);
    this.at = opening.end;
    if (opening.kind === "capture") {
      this.groupNames.push(opening.name);
      return this.open("capture", this.flags);
    }
    const outerFlags = this.flags;
    this.flags = opening.flags;
    return opening.kind === "group" ? this.open("group", outerFlags) : level;
  }

  private readClosing(level: Level): Level {
    if (level.opening === "pattern") throw refusal(this.source, "unexpected )", this.source);
    this.at++;
    this.levels.pop();
    this.flags = level.outerFlags;
    const outer = this.levels[this.levels.length - 1];
    const content = this.contentOf(level);
    outer.items.push(level.opening === "capture" ? this.checked(groupOf(content)) : content);
    return outer;
  }

  private open(opening: Level["opening"], outerFlags: Flags): Level {
    const level: Level = { opening, outerFlags, branches: [], items: [] };
    this.levels.push(level);
    return level;
  }

  private endBranch(level: Level): void {
    level.branches.push(this.checked(sequenceOf(level.items)));
    level.items = [];
  }

  private contentOf(level: Level): Part {
    this.endBranch(level);
    return this.checked(choiceOf(level.branches));
  }

  private add(level: Level, pattern: Pattern): void {
    if (pattern.kind === "chars") {
      this.boundCount += pattern.set.length;
      if (this.boundCount > MOST_BOUNDS) throw refusal(this.source, "expression too large", this.source);
      level.items.push(leafOf({ kind: "chars", set: wholeChars(pattern.set) }));
    } else level.items.push(leafOf(pattern));
  }

  private addChar(level: Level, char: number): void {
    if (this.flags.isFolded || isHalf(char)) this.add(level, { kind: "chars", set: this.flags.isFolded ? foldChar(char) : [char, char] });
    else level.items.push(charLeaf(char));
  }

  private checked(part: Part): Part {
    checkLimits(this.source, part);
    return part;
  }
}

const halves: CharSet = [0xd800, 0xdfff];

/**
 * The set without halves of UTF-16 pairs, where some of them are named: text never holds one alone, and code that compares UTF-16 units
 * would take it for half of a character.
 */
function wholeChars(set: CharSet): CharSet {
  if (set.length <= 2 && !set.some(isHalf)) return set;
  let whole = wholeSets.get(set);
  if (whole === undefined) wholeSets.set(set, (whole = set.some(isHalf) ? withoutChars(set, halves) : set));
  return whole;
}

/** A pattern may name a large class, which is always the same object, a thousand times. */
const wholeSets = new WeakMap<CharSet, CharSet>();

function isHalf(char: number): boolean {
  return char >= halves[0] && char <= halves[1];
}

const count = /\{(0|[1-9]\d*)(?:(,)(0|[1-9]\d*)?)?\}/y;

function readCount(source: string, at: number): readonly [number, number] | undefined {
  if (source[at] !== "{") return undefined;
  count.lastIndex = at;
  const match = count.exec(source);
  if (match === null) return undefined;
  const min = Number(match[1]);
  return [min, match[2] === undefined ? min : match[3] === undefined ? Infinity : Number(match[3])];
}
