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
