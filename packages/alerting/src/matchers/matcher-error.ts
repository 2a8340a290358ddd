/** A text that is not a list of matchers; the message says what is wrong. */
export class MatcherError extends Error {
  override name = "MatcherError";
}
