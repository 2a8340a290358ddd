import { codePointText, isPrintable, quoteGo } from "./strings.ts";

/** The class of a token. Keywords are tokens of their own so that the parser can dispatch on them. */
export type TokenType =
  | "error"
  | "bool"
  | "char"
  | "charConstant"
  | "assign"
  | "declare"
  | "eof"
  | "field"
  | "identifier"
  | "leftDelim"
  | "leftParen"
  | "number"
  | "pipe"
  | "rawString"
  | "rightDelim"
  | "rightParen"
  | "space"
  | "string"
  | "text"
  | "variable"
  | Keyword;

/** Words with a meaning of their own; `dot` is the cursor. */
export type Keyword = "block" | "break" | "continue" | "dot" | "define" | "else" | "end" | "if" | "nil" | "range" | "template" | "with";

/** A piece of the text; of an error `text` is the message. */
export interface Token {
  readonly type: TokenType;
  /** Index into the text, in UTF-16 units. */
  readonly pos: number;
  readonly text: string;
  /** The line on which the token starts, from 1. */
  readonly line: number;
}

/** A template that is cut into tokens on demand, so that a parser which gives up early has not paid for the rest. */
export interface TokenSource {
  /** The token at an index. The last is `eof` or the first `error`; it stands for all behind it, too. */
  readonly at: (index: number) => Token;
}

/** Opens a template. */
export function lex(text: string): TokenSource {
  const lexer = new Lexer(text);
  const { tokens } = lexer;
  return {
    at: (index) => {
      while (index >= tokens.length && !lexer.isDone) lexer.step();
      return tokens[Math.min(index, tokens.length - 1)];
    },
  };
}

/** How error messages name a token. */
export function describeToken(token: Token): string {
  if (token.type === "eof") return "EOF";
  if (token.type === "error") return token.text;
  if (keywords.get(token.text) === token.type) return `<${token.text}>`;
  if (Buffer.byteLength(token.text) <= 10) return quoteGo(token.text);
  return `${quoteGo([...token.text].slice(0, 10).join(""))}...`;
}

const keywords: ReadonlyMap<string, Keyword> = new Map([
  [".", "dot"],
  ["block", "block"],
  ["break", "break"],
  ["continue", "continue"],
  ["define", "define"],
  ["else", "else"],
  ["end", "end"],
  ["if", "if"],
  ["nil", "nil"],
  ["range", "range"],
  ["template", "template"],
  ["with", "with"],
]);

const SPACES = " \t\r\n";
const word = /[\p{L}\p{Nd}_]*/uy;
const wordCharacter = /[\p{L}\p{Nd}_]/u;
const number =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;

class Lexer {
  readonly tokens: Token[] = [];
  isDone = false;
  private readonly text: string;
  /** Where the next token starts, and its line. */
  private pos = 0;
  private line = 1;
  /** The next line's end; the text is searched for it once, not for each token. */
  private newline: number;
  private insideAction = false;
  private parenDepth = 0;

  constructor(text: string) {
    this.text = text;
    this.newline = newlineAfter(text, -1);
  }

  step(): void {
    if (this.insideAction) this.lexInsideAction();
    else this.lexText();
  }

  private lexText(): void {
    const delim = this.text.indexOf("{{", this.pos);
    if (delim < 0) {
      if (this.pos < this.text.length) this.emit("text", this.text.length);
      this.emit("eof", this.pos);
      this.isDone = true;
      return;
    }
    const trimsLeft = this.text[delim + 2] === "-" && isSpace(this.text[delim + 3]);
    let end = delim;
    if (trimsLeft) while (end > this.pos && isSpace(this.text[end - 1])) end--;
    if (end > this.pos) this.emit("text", end);
    this.skipTo(delim);
    const inner = delim + (trimsLeft ? 4 : 2);
    if (this.text.startsWith("/*", inner)) {
      this.skipTo(inner);
      this.lexComment();
      return;
    }
    this.emit("leftDelim", delim + 2);
    this.skipTo(inner);
    this.insideAction = true;
    this.parenDepth = 0;
  }

  private lexComment(): void {
    const close = this.text.indexOf("*/", this.pos + 2);
    if (close < 0) return this.fail("unclosed comment");
    const delimLength = this.rightDelimLength(close + 2);
    if (delimLength === 0) return this.fail("comment ends before closing delimiter");
    this.skipTo(close + 2 + delimLength);
    if (delimLength > 2) this.skipSpaces();
  }

  private lexInsideAction(): void {
    const delimLength = this.rightDelimLength(this.pos);
    if (delimLength > 0) return this.lexRightDelim(delimLength);
    const char = this.text[this.pos];
    if (char === undefined) return this.fail("unclosed action");
    if (isSpace(char)) return this.lexSpaces();
    switch (char) {
      case "=":
        return this.emit("assign", this.pos + 1);
      case ":":
        return this.text[this.pos + 1] === "=" ? this.emit("declare", this.pos + 2) : this.fail("expected :=");
      case "|":
        return this.emit("pipe", this.pos + 1);
      case '"':
        return this.lexQuoted('"', "string", "unterminated quoted string");
      case "'":
        return this.lexQuoted("'", "charConstant", "unterminated character constant");
      case "`":
        return this.lexRawString();
      case "$":
        return this.lexName("variable");
      case "(":
        this.parenDepth++;
        return this.emit("leftParen", this.pos + 1);
      case ")":
        this.parenDepth--;
        return this.parenDepth < 0 ? this.fail("unexpected right paren") : this.emit("rightParen", this.pos + 1);
      default:
        return this.lexWord(char);
    }
  }

  private lexWord(char: string): void {
    if (char === "." && this.pos + 1 < this.text.length && !/[0-9]/.test(this.text[this.pos + 1])) return this.lexName("field");
    if (/[-+.0-9]/.test(char)) return this.lexNumber();
    const codePoint = this.text.codePointAt(this.pos) ?? 0;
    const whole = String.fromCodePoint(codePoint);
    if (wordCharacter.test(whole)) return this.lexIdentifier();
    if (codePoint < 0x80 && isPrintable(whole)) return this.emit("char", this.pos + 1);
    this.fail(`unrecognized character in action: ${describeCharacter(whole)}`);
  }

  private lexRightDelim(length: number): void {
    if (this.parenDepth > 0) return this.fail("unclosed left paren");
    if (length > 2) this.skipTo(this.pos + 2);
    this.emit("rightDelim", this.pos + 2);
    if (length > 2) this.skipSpaces();
    this.insideAction = false;
  }

  /** The last space of a run may belong to a trimming right delimiter. */
  private lexSpaces(): void {
    let end = this.pos;
    while (isSpace(this.text[end])) end++;
    if (this.rightDelimLength(end - 1) > 2) end--;
    this.emit("space", end);
  }

  private lexIdentifier(): void {
    const end = this.wordEnd(this.pos);
    if (!this.isTerminated(end)) return this.failAtCharacter(end);
    const name = this.text.slice(this.pos, end);
    if (name === "true" || name === "false") return this.emit("bool", end);
    this.emit(keywords.get(name) ?? "identifier", end);
  }

  /** A field or variable: its dot or dollar, and a word, which may be missing. */
  private lexName(type: "field" | "variable"): void {
    const end = this.wordEnd(this.pos + 1);
    if (!this.isTerminated(end)) return this.failAtCharacter(end);
    this.emit(type === "field" && end === this.pos + 1 ? "dot" : type, end);
  }

  private lexNumber(): void {
    const end = this.numberEnd(this.pos);
    const stray = this.wordCharacterAt(end);
    if (stray !== "") return this.fail(`bad number syntax: ${quoteGo(this.text.slice(this.pos, end) + stray)}`);
    if (this.text[end] !== "+" && this.text[end] !== "-") return this.emit("number", end);
    const secondEnd = this.numberEnd(end);
    const text = this.text.slice(this.pos, secondEnd) + this.wordCharacterAt(secondEnd);
    this.fail(text.endsWith("i") ? `complex constant ${text} is not supported` : `bad number syntax: ${quoteGo(text)}`);
  }

  private numberEnd(pos: number): number {
    number.lastIndex = pos;
    number.test(this.text);
    return number.lastIndex;
  }

  /** What may not directly follow a number; "" where nothing of it stands. */
  private wordCharacterAt(pos: number): string {
    const next = codePointText(this.text.codePointAt(pos) ?? 0);
    return wordCharacter.test(next) ? next : "";
  }

  private lexQuoted(quote: string, type: "string" | "charConstant", message: string): void {
    for (let end = this.pos + 1; end < this.text.length && this.text[end] !== "\n"; end++) {
      if (this.text[end] === quote) return this.emit(type, end + 1);
      if (this.text[end] === "\\" && this.text[end + 1] !== "\n") end++;
    }
    this.fail(message);
  }

  private lexRawString(): void {
    const close = this.text.indexOf("`", this.pos + 1);
    if (close < 0) return this.fail("unterminated raw quoted string");
    this.emit("rawString", close + 1);
  }

  /** 0 when there is no right delimiter at `pos`; above 2 when it trims. */
  private rightDelimLength(pos: number): number {
    if (isSpace(this.text[pos]) && this.text.startsWith("-}}", pos + 1)) return 4;
    return this.text.startsWith("}}", pos) ? 2 : 0;
  }

  private wordEnd(pos: number): number {
    word.lastIndex = pos;
    word.test(this.text);
    return word.lastIndex;
  }

  private isTerminated(pos: number): boolean {
    const next = this.text[pos];
    return next === undefined || isSpace(next) || ".,|:()".includes(next) || this.text.startsWith("}}", pos);
  }

  private failAtCharacter(pos: number): void {
    this.fail(`bad character ${describeCharacter(codePointText(this.text.codePointAt(pos) ?? 0))}`);
  }

  private emit(type: TokenType, end: number): void {
    this.tokens.push({ type, pos: this.pos, text: type === "eof" ? "EOF" : this.text.slice(this.pos, end), line: this.line });
    this.skipTo(end);
  }

  private fail(message: string): void {
    this.tokens.push({ type: "error", pos: this.pos, text: message, line: this.line });
    this.isDone = true;
  }

  private skipSpaces(): void {
    let end = this.pos;
    while (isSpace(this.text[end])) end++;
    this.skipTo(end);
  }

  private skipTo(end: number): void {
    while (this.newline < end) {
      this.line++;
      this.newline = newlineAfter(this.text, this.newline);
    }
    this.pos = end;
  }
}

function newlineAfter(text: string, index: number): number {
  const next = text.indexOf("\n", index + 1);
  return next < 0 ? text.length : next;
}

function isSpace(char: string | undefined): boolean {
  return char !== undefined && char !== "" && SPACES.includes(char);
}

/** A character as `%#U` prints it: `U+00E9 'é'`. */
function describeCharacter(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return isPrintable(char) ? `U+${code} '${char}'` : `U+${code}`;
}
