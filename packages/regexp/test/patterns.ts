import fc from "fast-check";

const atoms = [
  "a",
  "b",
  "c",
  "ab",
  "foo",
  "\\.",
  "-",
  ":",
  "é",
  "😀",
  "\\n",
  "\\x41",
  "",
  "^",
  "$",
  "\\b",
  "(?i:A)",
  "[[:alpha:]]",
  "(?s:.)",
  ".",
  ".*",
  ".+",
  ".*?",
  ".+?",
  "[ab]",
  "[^a]",
  "\\d",
  "\\w",
  "\\S",
  "[a-c]",
  "[^:]",
  "[b-]",
  "[]a]",
  "[^]a-]",
  "x{",
  "a{,2}",
  "a*",
  "b+",
  "[ab]*",
  "\\d+",
  "[^:]+",
  "[a-z]{0,2}",
  "a??",
  "b{2}",
];

/** Patterns of all the shapes that the fast paths know, and of some that they do not. */
export const patterns: fc.Arbitrary<string> = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
  atom: fc.constantFrom(...atoms),
  pattern: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("atom"),
    fc
      .array(tie("pattern"), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.map((part) => (part.includes("|") ? `(?:${part})` : part)).join("")),
    fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => `(${a}|${b})`),
    fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => `${a}|${b}`),
    fc.tuple(tie("pattern"), fc.constantFrom("", "?", "*", "+", "{2}", "{1,2}", "??", "*?")).map(([a, repeat]) => `(${a})${repeat}`),
    fc.tuple(tie("pattern"), fc.constantFrom("?", "*", "{2}", "{0}")).map(([a, repeat]) => `(?:${a})${repeat}`),
  ),
})).pattern;

/** Short texts over the characters that the patterns speak of. */
export const texts: fc.Arbitrary<string> = fc
  .array(fc.constantFrom("a", "b", "c", "A", "foo", ".", "-", ":", "é", "😀", "\n", "1", " ", "x{"), { maxLength: 7 })
  .map((parts) => parts.join(""));
