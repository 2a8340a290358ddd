import { goQuote } from "@ferula/durations";
import { isAlpha, isAlphaNumeric, isDigit, isSpace, quoteCharacterAt } from "./characters.ts";
import { scanDurationRest, scanNumber } from "./scan-number.ts";
import { scanString } from "./scan-string.ts";
import { isPreprocessor, wordType, type Token, type TokenType } from "./token.ts";

/** Yields the tokens of a query one by one; after "eof" or "error" it must not be called again. Comments are passed over. */
export interface Lexer {
  readonly next: () => Token;
}

/** Queries and selectors, or a series with its values, which has tokens of its own and in which spaces count. */
export type Language = "query" | "series";

/** A lexer over `text`, at its start. */
export function createLexer(text: string, language: Language): Lexer {
  const lexer = new QueryLexer(text, language === "series");
  return { next: () => lexer.next() };
}

/**
 * Where the lexer stands decides what a character means: inside braces all words are identifiers; right after `[` there is arithmetic of
 * durations, and after the first number in it the general rules hold again, with `:` and no other words than `step` and its like. The
 * values of a series follow its name or its braces.
 */
type Mode = "general" | "braces" | "duration" | "values";

class QueryLexer {
  private readonly text: string;
  private readonly isSeries: boolean;
  private at = 0;
  private mode: Mode = "general";
  private openParens = 0;
  private isBracketOpen = false;
  private hasColon = false;
  private hasDuration = false;

  constructor(text: string, isSeries: boolean) {
    this.text = text;
    this.isSeries = isSeries;
  }

  next(): Token {
    if (this.mode !== "values") this.skipBlanks();
    switch (this.mode) {
      case "general":
        return this.nextGeneral();
      case "braces":
        return this.nextInBraces();
      case "duration":
        return this.nextInDuration();
      case "values":
        return this.nextValue();
    }
  }

  private nextGeneral(): Token {
    const { text, at } = this;
    if (at >= text.length) {
      if (this.openParens !== 0) return this.error("unclosed left parenthesis");
      if (this.isBracketOpen) return this.error("unclosed left bracket");
      return this.token("eof", 0);
    }
    const code = text.charCodeAt(at);
    if (isDigit(code) || (text[at] === "." && isDigit(text.charCodeAt(at + 1)))) return this.numberOrDuration();
    if (isAlpha(code) || text[at] === ":") return this.isBracketOpen ? this.wordInBrackets() : this.word();
    const character = text[at];
    const next = text[at + 1];
    switch (character) {
      case ",":
      case "*":
      case "/":
      case "%":
      case "+":
      case "-":
      case "^":
      case "@":
        return this.token(character, 1);
      case "=":
        if (next === "=") return this.token("==", 2);
        if (next === "~") return this.error(`unexpected character after '=': ${quoteCharacterAt(text, at + 1)}`);
        return this.token("=", 1);
      case "!":
        if (next !== "=") return this.error(`unexpected character after '!': ${quoteCharacterAt(text, at + 1)}`);
        return this.token("!=", 2);
      case "<":
      case ">":
        if (next === "=") return this.token(`${character}=`, 2);
        if (next === "/") return this.token(`${character}/`, 2);
        return this.token(character, 1);
      case '"':
      case "'":
      case "`":
        return this.string();
      case "(":
        this.openParens++;
        return this.token("(", 1);
      case ")":
        return this.closeParen();
      case "{":
        this.mode = "braces";
        return this.token("{", 1);
      case "[":
        if (this.isBracketOpen) return this.error("unexpected left bracket '['");
        this.isBracketOpen = true;
        this.hasColon = false;
        this.mode = "duration";
        return this.token("[", 1);
      case "]":
        if (!this.isBracketOpen) return this.error("unexpected right bracket ']'");
        this.isBracketOpen = false;
        return this.token("]", 1);
      default:
        return this.error(`unexpected character: ${quoteCharacterAt(text, at)}`);
    }
  }

  private nextInBraces(): Token {
    const { text, at } = this;
    if (at >= text.length) return this.error("unexpected end of input inside braces");
    if (isAlpha(text.charCodeAt(at))) return this.token("identifier", this.wordLength(false));
    const next = text[at + 1];
    switch (text[at]) {
      case ",":
        return this.token(",", 1);
      case '"':
      case "'":
      case "`":
        return this.string();
      case "=":
        return next === "~" ? this.token("=~", 2) : this.token("=", 1);
      case "!":
        if (next === "~") return this.token("!~", 2);
        if (next === "=") return this.token("!=", 2);
        return this.error(`unexpected character after '!' inside braces: ${quoteCharacterAt(text, at + 1)}`);
      case "{":
        return this.error("unexpected left brace '{'");
      case "}":
        this.mode = this.isSeries ? "values" : "general";
        return this.token("}", 1);
      default:
        return this.error(`unexpected character inside braces: ${quoteCharacterAt(text, at)}`);
    }
  }

  private nextInDuration(): Token {
    const { text, at } = this;
    if (at >= text.length) return this.error("unexpected end of input in duration expression");
    const character = text[at];
    switch (character) {
      case "]":
        this.isBracketOpen = false;
        this.hasColon = false;
        this.mode = "general";
        return this.token("]", 1);
      case ":":
        if (!this.hasDuration) return this.error("unexpected colon before duration in duration expression", at + 1);
        if (this.hasColon) return this.error("unexpected repeated colon in duration expression", at + 1);
        this.hasColon = true;
        return this.token(":", 1);
      case "(":
        this.openParens++;
        return this.token("(", 1);
      case ")":
        return this.closeParen();
      case "+":
      case "-":
      case "*":
      case "/":
      case "%":
      case "^":
      case ",":
        return this.token(character, 1);
    }
    if (startsDurationWord(character)) {
      const word = this.durationWord();
      return word ?? this.error(`unexpected character in duration expression: ${quoteCharacterAt(text, at)}`);
    }
    if (isDigit(text.charCodeAt(at)) || (character === "." && isDigit(text.charCodeAt(at + 1)))) {
      this.hasDuration = true;
      this.mode = "general";
      return this.numberOrDuration();
    }
    return this.error(`unexpected character in duration expression: ${quoteCharacterAt(text, at)}`);
  }

  private nextValue(): Token {
    const { text, at } = this;
    if (at >= text.length) return this.token("eof", 0);
    const code = text.charCodeAt(at);
    if (isSpace(code)) {
      let end = at;
      while (isSpace(text.charCodeAt(end))) end++;
      return this.token("space", end - at);
    }
    switch (text[at]) {
      case "+":
      case "-":
        return this.token(text[at] as "+" | "-", 1);
      case "x":
        return this.token("times", 1);
      case "_":
        return this.token("blank", 1);
      case "{":
        if (text[at + 1] === "{") return this.histogram();
    }
    if (isDigit(code) || (text[at] === "." && isDigit(text.charCodeAt(at + 1)))) {
      const { end, ok } = scanNumber(text, at, true);
      return ok ? this.token("number", end - at) : this.error(`bad number syntax: ${goQuote(text.slice(at, end))}`);
    }
    if (isAlpha(code)) return this.word();
    return this.error(`unexpected character in series sequence: ${quoteCharacterAt(text, at)}`);
  }

  /** A histogram is one token; `histogram-description.ts` reads what is inside. */
  private histogram(): Token {
    const close = this.text.indexOf("}}", this.at);
    if (close < 0) return this.error(`histogram description incomplete unexpected: ${quoteCharacterAt(this.text, this.text.length)}`);
    return this.token("histogram", close + 2 - this.at);
  }

  private numberOrDuration(): Token {
    const number = scanNumber(this.text, this.at, this.isSeries);
    if (number.ok) return this.token("number", number.end - this.at);
    const duration = scanDurationRest(this.text, number.end);
    if (duration.ok) return this.token("duration", duration.end - this.at);
    return this.error(`bad number or duration syntax: ${goQuote(this.text.slice(this.at, duration.end))}`);
  }

  private string(): Token {
    const scan = scanString(this.text, this.at);
    return "problem" in scan ? this.error(scan.problem) : this.token("string", scan.end - this.at);
  }

  private word(): Token {
    const length = this.wordLength(true);
    const word = this.text.slice(this.at, this.at + length);
    if (this.isSeries && this.text[this.at + length] !== "{") this.mode = "values";
    const type = wordType(word);
    // These three became keywords late: they are ordinary names unless a parenthesis follows.
    if ((type === "fill" || type === "fill_left" || type === "fill_right") && !this.isParenNext(this.at + length)) {
      return this.token("identifier", length);
    }
    return this.token(type, length);
  }

  private wordInBrackets(): Token {
    const { text, at } = this;
    if (text[at] === ":") {
      if (this.hasColon) return this.error("unexpected colon ':'");
      this.hasColon = true;
      return this.token(":", 1);
    }
    const word = startsDurationWord(text[at]) ? this.durationWord() : undefined;
    return word ?? this.error(`unexpected character: ${quoteCharacterAt(text, at)}, expected ':'`);
  }

  /** `step`, `range`, `max_of` or `min_of`. Digits end such a word. */
  private durationWord(): Token | undefined {
    let end = this.at;
    while (isAlpha(this.text.charCodeAt(end))) end++;
    const word = this.text.slice(this.at, end).toLowerCase() as TokenType;
    if (!isPreprocessor(word) || word === "start" || word === "end") return undefined;
    return this.token(word, end - this.at);
  }

  private wordLength(withColons: boolean): number {
    const colon = withColons ? ":" : undefined;
    let end = this.at;
    while (end < this.text.length && (isAlphaNumeric(this.text.charCodeAt(end)) || this.text[end] === colon)) end++;
    return end - this.at;
  }

  private isParenNext(offset: number): boolean {
    let at = offset;
    while (isSpace(this.text.charCodeAt(at))) at++;
    return this.text[at] === "(";
  }

  private closeParen(): Token {
    if (this.openParens === 0) return this.error("unexpected right parenthesis ')'", this.at + 1);
    this.openParens--;
    return this.token(")", 1);
  }

  /** Spaces everywhere; comments too, but for the place right after `[`, where upstream does not know them. */
  private skipBlanks(): void {
    const { text } = this;
    for (;;) {
      while (isSpace(text.charCodeAt(this.at))) this.at++;
      if (text[this.at] !== "#" || this.mode === "duration") return;
      while (this.at < text.length && text[this.at] !== "\n" && text[this.at] !== "\r") this.at++;
    }
  }

  private token(type: TokenType, length: number): Token {
    const start = this.at;
    this.at += length;
    return { type, start, end: this.at, text: this.text.slice(start, this.at) };
  }

  private error(problem: string, start: number = this.at): Token {
    return { type: "error", start, end: this.text.length, text: problem };
  }
}

function startsDurationWord(character: string): boolean {
  return "srmSRM".includes(character);
}
