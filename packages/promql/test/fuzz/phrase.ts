import fc from "fast-check";

/** Random text. */
export type Text = fc.Arbitrary<string>;

/** One of some words, which stand in an array or between blanks. */
export function oneOf(words: string | readonly string[]): Text {
  return fc.constantFrom(...(typeof words === "string" ? words.split(" ") : words));
}

/** From `least` to `most` texts with `separator` between them. */
export function some(text: Text, least: number, most: number, separator: string): Text {
  return fc.array(text, { minLength: least, maxLength: most }).map((texts) => texts.join(separator));
}

/** Fixed text with random text in it. */
export function phrase(fixed: readonly string[], ...random: readonly (Text | string)[]): Text {
  const parts = random.map((part) => (typeof part === "string" ? fc.constant(part) : part));
  return fc.tuple(...parts).map((texts) => texts.reduce((all, text, i) => all + text + fixed[i + 1], fixed[0]));
}
