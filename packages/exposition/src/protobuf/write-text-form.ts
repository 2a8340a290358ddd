import { formatFloat } from "@ferula/model";
import type { Field, FieldSink } from "./write-fields.ts";

/** Characters with an escape of one letter; other control characters are written in hexadecimal. */
const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Writes messages in protobuf's text form, for people: one field a line, or all in one line. Go's library promises no stable bytes and
 * varies its blanks; this writes the fewest.
 */
export class TextFormSink implements FieldSink {
  private readonly isCompact: boolean;
  private depth = 0;
  private out = "";
  private isFirst = true;

  constructor(isCompact: boolean) {
    this.isCompact = isCompact;
  }

  text = (field: Field, value: string): void => this.write(field, `"${escaped(value)}"`);

  uint = (field: Field, value: number): void => this.write(field, wholeText(value));

  int = (field: Field, value: number): void => this.write(field, wholeText(value));

  sint = (field: Field, value: number): void => this.write(field, wholeText(value));

  double = (field: Field, value: number): void => this.write(field, doubleText(value));

  stale = (field: Field): void => this.write(field, "nan");

  enumeration = (field: Field, _value: number, name: string): void => this.write(field, name);

  begin = (field: Field): void => {
    this.write(field, "{");
    this.depth++;
    this.isFirst = true;
  };

  end = (): void => {
    this.depth--;
    if (!this.isFirst && !this.isCompact) this.out += `\n${"  ".repeat(this.depth)}`;
    this.out += "}";
    this.isFirst = false;
  };

  /** The message, with the newline behind it that upstream writes; then the next one may be told. */
  take(): string {
    const text = this.isCompact ? `${this.out}\n` : `${this.out}\n\n`;
    this.out = "";
    this.isFirst = true;
    return text;
  }

  private write({ name }: Field, value: string): void {
    if (this.isCompact) this.out += `${this.isFirst ? "" : " "}${name}:${value}`;
    else this.out += `${this.out === "" ? "" : "\n"}${"  ".repeat(this.depth)}${name}: ${value}`;
    this.isFirst = false;
  }
}

function wholeText(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : String(BigInt(value));
}

function doubleText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  return value === Infinity ? "inf" : value === -Infinity ? "-inf" : formatFloat(value);
}

function escaped(text: string): string {
  // oxlint-disable-next-line no-control-regex -- Control characters are what is looked for.
  return text.replaceAll(/["\\\u0000-\u001f\u007f]/g, (c) => ESCAPES[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
