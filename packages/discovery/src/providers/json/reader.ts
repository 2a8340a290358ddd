/** What a value of JSON is, as messages name it. */
export type JsonKind = "an object" | "a list" | "a string" | "a number" | "a boolean" | "null";

/**
 * Reads a JSON text (RFC 8259) in one pass, value by value, as its caller asks for them: what is not expected is refused where it stands,
 * before it takes time or memory. What fails throws an Error that names line and column.
 */
export interface JsonReader {
  /** Of the value that comes next. */
  readonly kind: () => JsonKind;
  /** Takes a null if that comes next. */
  readonly takeNull: () => boolean;
  /** Takes whatever value comes next. */
  readonly value: () => unknown;
  /** Takes a string; bytes that are no UTF-8 and halves of surrogate pairs become U+FFFD, as with Go. */
  readonly string: () => string;
  /** Takes the key of an object's field. */
  readonly key: () => string;
  /** Takes the `[` or `{` that `kind` has told of. */
  readonly open: () => void;
  /** Whether a list, or an object, that is open has an item at `index`; takes the comma before it, or the end. */
  readonly hasItem: (end: "]" | "}", index: number) => boolean;
  /** Refuses what follows the value. */
  readonly end: () => void;
  /** An error at the place that is read. */
  readonly failure: (message: string) => Error;
}

const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const COMMA = 0x2c;
const COLON = 0x3a;
const LINE_FEED = 0x0a;

/** Broken values are looked through so deep. */
const MOST_LEVELS = 1000;

/** A value that is no list, object or string. */
const WORD = /^(?:null|true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** Which bytes such a value may have; where others begin, it ends. */
const IS_WORD_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => (/[\w+.-]/.test(String.fromCharCode(byte)) ? 1 : 0));

const KINDS: Readonly<Record<string, JsonKind | undefined>> = {
  "{": "an object",
  "[": "a list",
  '"': "a string",
  t: "a boolean",
  f: "a boolean",
  n: "null",
  "-": "a number",
  ...Object.fromEntries(Array.from({ length: 10 }, (_, digit) => [String(digit), "a number"] as const)),
};

/** A reader at the beginning of `bytes`. */
export function createJsonReader(bytes: Buffer): JsonReader {
  let at = 0;

  /** The byte that comes next, after white space; undefined at the end. */
  function peek(): number | undefined {
    while (bytes[at] === SPACE || bytes[at] === LINE_FEED || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
    return bytes[at];
  }

  function failure(message: string): Error {
    const before = bytes.subarray(0, at);
    let line = 1;
    for (let i = before.indexOf(LINE_FEED); i >= 0; i = before.indexOf(LINE_FEED, i + 1)) line++;
    return new Error(`${message} (line ${line}, column ${at - before.lastIndexOf(LINE_FEED)})`);
  }

  function unexpected(): Error {
    const byte = peek();
    if (byte === undefined) return failure("broken JSON: unexpected end");
    const [character] = bytes.toString("utf8", at, at + 4);
    return failure(`broken JSON: unexpected ${JSON.stringify(character)}`);
  }

  function take(byte: number): void {
    if (peek() !== byte) throw unexpected();
    at++;
  }

  /** Takes a string; whether there are escapes in it. */
  function skipString(): boolean {
    take(QUOTE);
    let isEscaped = false;
    for (; bytes[at] !== QUOTE; at++) {
      if (at >= bytes.length) throw unexpected();
      if (bytes[at] < SPACE) throw failure("broken JSON: a control character in a string");
      if (bytes[at] !== BACKSLASH) continue;
      isEscaped = true;
      at++;
    }
    at++;
    return isEscaped;
  }

  function string(): string {
    peek();
    const start = at;
    return skipString() ? unescaped(start) : bytes.toString("utf8", start + 1, at - 1);
  }

  /** What the string stands for that has been taken from `start` on. */
  function unescaped(start: number): string {
    try {
      const text = JSON.parse(bytes.toString("utf8", start, at)) as string;
      return text.replaceAll(/\p{Surrogate}/gu, "\ufffd");
    } catch {
      throw failure("broken JSON: a string with a bad escape ends here");
    }
  }

  function skipWord(): void {
    const start = at;
    toEndOfWord();
    if (WORD.test(bytes.toString("latin1", start, at))) return;
    at = start;
    throw unexpected();
  }

  /** Goes to where the value ends, if it is right: most are, and JSON.parse sees to that faster than this reader could. */
  function toEnd(): void {
    const found = kind();
    if (found !== "a list" && found !== "an object" && found !== "a string") return toEndOfWord();
    let levels = 0;
    do {
      const byte = bytes[at++];
      if (byte === QUOTE) toEndOfString();
      else if (byte === OPEN_LIST || byte === OPEN_OBJECT) levels++;
      else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) levels--;
    } while (levels > 0 && at < bytes.length);
  }

  function toEndOfString(): void {
    for (let byte = bytes[at++]; byte !== QUOTE && at <= bytes.length; byte = bytes[at++]) if (byte === BACKSLASH) at++;
  }

  function toEndOfWord(): void {
    while (IS_WORD_BYTE[bytes[at]] === 1) at++;
  }

  /** Takes a value of which something may be wrong, and throws if so. */
  function skip(levels: number): void {
    const found = kind();
    if (found === "a string") {
      const start = at;
      if (skipString()) unescaped(start);
    } else if (found === "a list" || found === "an object") {
      if (levels === MOST_LEVELS) throw failure(`values are nested more than ${MOST_LEVELS} deep`);
      at++;
      for (let i = 0; hasItem(found === "a list" ? "]" : "}", i); i++) {
        if (found === "an object") key();
        skip(levels + 1);
      }
    } else skipWord();
  }

  function kind(): JsonKind {
    const byte = peek();
    const found = byte === undefined ? undefined : KINDS[String.fromCharCode(byte)];
    if (found === undefined) throw unexpected();
    return found;
  }

  function key(): string {
    const name = string();
    take(COLON);
    return name;
  }

  function hasItem(end: "]" | "}", index: number): boolean {
    const byte = peek();
    if (byte === end.charCodeAt(0)) {
      at++;
      return false;
    }
    if (index > 0) take(COMMA);
    return true;
  }

  return {
    kind,
    string,
    key,
    hasItem,
    failure,
    takeNull() {
      if (kind() !== "null") return false;
      if (bytes.toString("latin1", at, at + 4) !== "null") throw unexpected();
      at += 4;
      return true;
    },
    value() {
      peek();
      const start = at;
      toEnd();
      try {
        return JSON.parse(bytes.toString("utf8", start, at)) as unknown;
      } catch (error) {
        // Of most mistakes JSON.parse doesn't tell the place.
        at = start;
        skip(0);
        throw error;
      }
    },
    open() {
      at++;
    },
    end() {
      if (peek() !== undefined) throw unexpected();
    },
  };
}
