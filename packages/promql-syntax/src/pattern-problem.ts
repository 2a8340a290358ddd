const LONE_SURROGATE = /\p{Surrogate}/u;
const LITERALS = /^[^\\.+*?()[\]{}^$]*$/;

/**
 * What upstream says of a pattern with bytes that are not UTF-8, which `unquote` keeps as half surrogates: a regular expression must not
 * hold them. Literals with `|` between them are compared as they are, and may. Undefined when there is nothing to say.
 */
export function patternProblem(pattern: string): string | undefined {
  const strayAt = pattern.search(LONE_SURROGATE);
  if (strayAt < 0 || LITERALS.test(pattern)) return undefined;
  // Each is one byte that no text can show.
  const rest = pattern.slice(strayAt).replaceAll(new RegExp(LONE_SURROGATE, "gu"), "\ufffd");
  return `error parsing regexp: invalid UTF-8: \`${rest}\``;
}
