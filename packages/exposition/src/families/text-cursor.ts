import { Buffer, isUtf8 } from "node:buffer";
import { ExpositionError } from "../exposition-error.ts";
import {
  BACKSLASH,
  characterClass,
  IS_LABEL,
  IS_LABEL_START,
  IS_METRIC,
  IS_METRIC_START,
  NEWLINE,
  QUOTE,
  SPACE,
  TAB,
} from "../text/characters.ts";
import { quoteBytes } from "../text/quote-bytes.ts";

/**
 * Reads tokens of a pushed text. One byte is one UTF-16 unit of `text` until a token is taken. Reading past the end throws: only
 * between lines may the text end.
 */
export class TextCursor {
  readonly text: string;
  position = 0;
  /** The number of the line that is being read, from 1. */
  line = 0;
  private readonly ownedStrings = new Map<string, string>();

  constructor(bytes: Uint8Array) {
    this.text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  }

  /** Whether the whole text is read. */
  get isAtEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** The character at the position. */
  current(): string {
    if (this.position >= this.text.length) throw this.error("unexpected end of input stream");
    return this.text[this.position];
  }

  /** Skips blanks; the text may end there. */
  skipBlanks(): void {
    while (this.text[this.position] === " " || this.text[this.position] === "\t") this.position++;
  }

  /** An error at the line that is read. */
  error(reason: string): ExpositionError {
    return new ExpositionError(this.line, reason);
  }

  /** The bytes up to the next blank or newline, one character each. */
  untilBlank(): string {
    const { text } = this;
    const start = this.position;
    let p = start;
    for (; p < text.length; p++) {
      const c = text.charCodeAt(p);
      if (c === SPACE || c === TAB || c === NEWLINE) break;
    }
    this.position = p;
    this.current();
    return text.slice(start, p);
  }

  /** The bytes up to the newline, as they are; the position is then behind it. */
  restOfLine(): string {
    const newline = this.text.indexOf("\n", this.position);
    if (newline < 0) {
      this.position = this.text.length;
      throw this.error("unexpected end of input stream");
    }
    const rest = this.text.slice(this.position, newline);
    this.position = newline + 1;
    return utf8(rest);
  }

  /** A name, quoted or not; "" when none starts here. */
  name(kind: "metric" | "label"): string {
    if (this.current() === '"') return this.quoted(`${kind} name`);
    const [first, rest] = kind === "metric" ? [IS_METRIC_START, IS_METRIC] : [IS_LABEL_START, IS_LABEL];
    const { text } = this;
    const start = this.position;
    if ((characterClass[text.charCodeAt(start)] & first) === 0) return "";
    let p = start + 1;
    while (p < text.length && (characterClass[text.charCodeAt(p)] & rest) !== 0) p++;
    this.position = p;
    this.current();
    return this.owned(text.slice(start, p));
  }

  /** The string whose opening quotation mark is at the position; the position is then behind the closing one. */
  quoted(what: string): string {
    const plain = this.plainString();
    if (plain !== undefined) return plain;
    let out = "";
    for (this.position++; ; this.position++) {
      const c = this.current();
      if (c === '"') break;
      if (c === "\n") throw this.error(`${what} ${quoteRaw(out)} contains unescaped new-line`);
      if (c !== "\\") {
        out += c;
        continue;
      }
      this.position++;
      out += this.unescape(this.current());
    }
    this.position++;
    if (!isUtf8(Buffer.from(out, "latin1"))) throw this.error(`invalid ${what} ${quoteRaw(out)}`);
    return utf8(out);
  }

  /** Help up to the newline, its escapes undone; the position is then behind the newline. */
  help(): string {
    const start = this.position;
    const newline = this.text.indexOf("\n", start);
    const stop = newline < 0 ? this.text.length : newline;
    if (newline >= 0 && !this.text.slice(start, stop).includes("\\")) return this.restOfLine();
    let out = "";
    for (; this.position < stop; this.position++) {
      const c = this.text[this.position];
      if (c !== "\\") {
        out += c;
        continue;
      }
      this.position++;
      out += this.unescape(this.current());
    }
    if (newline < 0) throw this.error("unexpected end of input stream");
    this.position = newline + 1;
    return utf8(out);
  }

  /** As `quoted`, of a string in ASCII without escapes; undefined, with nothing read, when it is another. */
  private plainString(): string | undefined {
    const { text } = this;
    for (let p = this.position + 1; p < text.length; p++) {
      const c = text.charCodeAt(p);
      if (c === QUOTE) {
        const plain = text.slice(this.position + 1, p);
        this.position = p + 1;
        return this.owned(plain);
      }
      if (c === BACKSLASH || c === NEWLINE || c >= 0x80) return undefined;
    }
    return undefined;
  }

  /** A copy of an ASCII slice: V8's slices keep the whole body alive. Names and values that come again share one. */
  private owned(slice: string): string {
    let owned = this.ownedStrings.get(slice);
    if (owned === undefined) {
      owned = utf8(slice);
      this.ownedStrings.set(owned, owned);
    }
    return owned;
  }

  private unescape(c: string): string {
    if (c === "n") return "\n";
    if (c === "\\" || c === '"') return c;
    throw this.error(`invalid escape sequence '\\${c}'`);
  }
}

/** A string of bytes as text of its own; bytes that are not UTF-8 become U+FFFD. */
function utf8(latin1: string): string {
  return Buffer.from(latin1, "latin1").toString("utf8");
}

/** Quotes a string of bytes as Go's %q does, those that are not UTF-8 as escapes. */
export function quoteRaw(latin1: string): string {
  const bytes = Buffer.from(latin1, "latin1");
  return quoteBytes(bytes, 0, bytes.length, bytes.length);
}
