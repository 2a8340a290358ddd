import { charSetOf, complementOf, everyChar, rangesOf, type CharSet } from "./char-set.ts";
import { parseClass } from "./parse-class.ts";
import { readEscape, perlClass } from "./escapes.ts";
import type { Pattern } from "./pattern.ts";

/** Raised by what the fast paths do not understand; it never leaves this file. */
class NotUnderstood extends Error {}

const lineBreak: CharSet = [10, 10];

/**
 * Takes a pattern of RE2's syntax apart. `pattern` must be one that RE2 accepts: nothing is checked again here. Returns undefined for what
 * is rare or hard to get exactly right (flags such as `(?i)`, `\b`, `\pN`, `[[:alpha:]]`, `\Q…\E`): the engine does these on its own.
 * With `dotAll` the dot matches line breaks too.
 */
export function parsePattern(pattern: string, dotAll: boolean): Pattern | undefined {
  try {
    return new PatternReader(pattern, dotAll ? everyChar : complementOf(lineBreak)).read();
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
}

class PatternReader {
  private readonly source: string;
  private readonly dot: CharSet;
  private at = 0;

  constructor(source: string, dot: CharSet) {
    this.source = source;
    this.dot = dot;
  }

  read(): Pattern {
    const pattern = this.readChoice();
    if (this.at < this.source.length) throw new NotUnderstood();
    return pattern;
  }

  private readChoice(): Pattern {
    const branches = [this.readSequence()];
    while (this.source[this.at] === "|") {
      this.at++;
      branches.push(this.readSequence());
    }
    return branches.length === 1 ? branches[0] : { kind: "choice", branches };
  }

  private readSequence(): Pattern {
    const items: Pattern[] = [];
    while (this.at < this.source.length && this.source[this.at] !== "|" && this.source[this.at] !== ")") {
      items.push(this.readRepeats(this.readAtom()));
    }
    return items.length === 1 ? items[0] : { kind: "sequence", items };
  }

  private readRepeats(atom: Pattern): Pattern {
    const bounds = this.readBounds();
    if (bounds === undefined) return atom;
    const isLazy = this.source[this.at] === "?";
    if (isLazy) this.at++;
    return { kind: "repeat", item: atom, min: bounds[0], max: bounds[1], isLazy };
  }

  private readBounds(): readonly [number, number] | undefined {
    const simple = simpleRepeats.get(this.source[this.at]);
    if (simple !== undefined) {
      this.at++;
      return simple;
    }
    // What does not look exactly like a count is an ordinary brace.
    const count = /\{(\d+)(,?)(\d*)\}/y;
    count.lastIndex = this.at;
    const match = count.exec(this.source);
    if (match === null || (match[2] === "" && match[3] !== "")) return undefined;
    this.at = count.lastIndex;
    const min = Number(match[1]);
    return [min, match[2] === "" ? min : match[3] === "" ? Infinity : Number(match[3])];
  }

  private readAtom(): Pattern {
    switch (this.source[this.at]) {
      case "(":
        return this.readGroup();
      case "[":
        return this.readClass();
      case "\\":
        return this.readEscaped();
      case ".":
        this.at++;
        return { kind: "chars", set: this.dot };
      case "^":
        this.at++;
        return { kind: "edge", at: "start" };
      case "$":
        this.at++;
        return { kind: "edge", at: "end" };
      default: {
        const char = this.source.codePointAt(this.at) ?? 0;
        if (isSurrogate(char)) throw new NotUnderstood();
        this.at += char > 0xffff ? 2 : 1;
        return { kind: "chars", set: [char, char] };
      }
    }
  }

  private readGroup(): Pattern {
    const opening = /\((\?:|\?P?<\w+>|(?!\?))/y;
    opening.lastIndex = this.at;
    const match = opening.exec(this.source);
    if (match === null) throw new NotUnderstood();
    this.at = opening.lastIndex;
    const item = this.readChoice();
    if (this.source[this.at] !== ")") throw new NotUnderstood();
    this.at++;
    return match[1] === "?:" ? item : { kind: "group", item };
  }

  private readClass(): Pattern {
    const found = parseClass(this.source, this.at);
    if (found === undefined || rangesOf(found.set).some(([first, last]) => isSurrogate(first) && isSurrogate(last)))
      throw new NotUnderstood();
    this.at = found.end;
    return { kind: "chars", set: found.set };
  }

  private readEscaped(): Pattern {
    const letter = this.source[this.at + 1];
    const set = perlClass(letter);
    if (set !== undefined) {
      this.at += 2;
      return { kind: "chars", set };
    }
    if (letter === "A" || letter === "z") {
      this.at += 2;
      return { kind: "edge", at: letter === "A" ? "start" : "end" };
    }
    const escape = readEscape(this.source, this.at);
    if (escape === undefined || isSurrogate(escape.char)) throw new NotUnderstood();
    this.at = escape.end;
    return { kind: "chars", set: charSetOf([[escape.char, escape.char]]) };
  }
}

const simpleRepeats: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["*", [0, Infinity]],
  ["+", [1, Infinity]],
  ["?", [0, 1]],
]);

/** Half of a UTF-16 pair: text never holds one alone, and code that counts in UTF-16 units would take it for half of a character. */
function isSurrogate(char: number): boolean {
  return char >= 0xd800 && char <= 0xdfff;
}
