import { ExpositionError } from "../exposition-error.ts";
import { quoteBytes } from "../text/quote-bytes.ts";
import type { Lexer } from "./lexer.ts";
import { TOKEN_NAMES } from "./tokens.ts";

/** The error for a token that is not what the grammar wants, in upstream's words: the token with the byte after it, and the line so far. */
export function unexpected({ bytes, start, position, end }: Lexer, lineStart: number, wanted: string, got: number): ExpositionError {
  const shown = Math.min(end, position + 1);
  const text = quoteBytes(bytes, start, shown, end);
  return new ExpositionError(
    0,
    `${wanted}, got ${text} ("${TOKEN_NAMES[got]}") while parsing: ${quoteBytes(bytes, lineStart, shown, end)}`,
  );
}

/** The error of a body that is cut off: only `# EOF` ends one. */
export function missingEnd(): ExpositionError {
  return new ExpositionError(0, "data does not end with # EOF");
}

/** The line as far as it was read. */
export function quoted({ bytes, position, end }: Lexer, lineStart: number): string {
  return quoteBytes(bytes, lineStart, position, end);
}
