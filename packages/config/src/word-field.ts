import type { Field } from "./field.ts";
import { stringField } from "./scalars.ts";

/**
 * One of some words, refused in words of the section's own. Absent, it is `fallback`, which need not be one of them; "" is left out of
 * what editors suggest as a default.
 */
export function wordField<const Word extends string>(
  words: readonly Word[],
  fallback: NoInfer<Word> | "",
  refusal: (text: string) => string,
): Field<Word> {
  const field = stringField(fallback);
  return {
    ...(field as Field<string> as Field<Word>),
    schema: () => ({ enum: [...words, null], ...(fallback === "" ? {} : { default: fallback }) }),
    read(at) {
      const before = at.source.mistakeCount();
      const text = field.read(at);
      const isRefused = at.node !== undefined && at.source.mistakeCount() === before && !(words as readonly string[]).includes(text);
      if (isRefused) at.source.report(at, refusal(text));
      return text as Word;
    },
  };
}
