/** Why Go's regexp package refuses a pattern, in its words (regexp/syntax `ErrorCode`). */
export type RefusalReason =
  | "expression nests too deeply"
  | "expression too large"
  | "invalid character class range"
  | "invalid escape sequence"
  | "invalid named capture"
  | "invalid nested repetition operator"
  | "invalid or unsupported Perl syntax"
  | "invalid repeat count"
  | "missing argument to repetition operator"
  | "missing closing )"
  | "missing closing ]"
  | "trailing backslash at end of expression"
  | "unexpected )";

/** A pattern that Go's regexp package refuses too. The message is Go's: "error parsing regexp: missing closing ]: `[a`". */
export class RegexpError extends Error {
  /** The pattern as the user wrote it, without the anchors that were put around it. */
  readonly pattern: string;

  constructor(message: string, pattern: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RegexpError";
    this.pattern = pattern;
  }
}

/** The refusal of `pattern`; `excerpt` is the part of it that Go quotes. */
export function refusal(pattern: string, reason: RefusalReason, excerpt: string): RegexpError {
  return new RegexpError(`error parsing regexp: ${reason}: \`${excerpt}\``, pattern);
}
