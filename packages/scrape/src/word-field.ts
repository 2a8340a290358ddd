import { stringField, withCheck, type Field } from "@ferula/config";

/** One of some words, refused in upstream's own words. */
export function wordField<Word extends string>(
  words: readonly Word[],
  fallback: NoInfer<Word>,
  refusal: (text: string) => string,
): Field<Word> {
  const text = withCheck(stringField(fallback), (word, report) => {
    if (!(words as readonly string[]).includes(word)) report("", refusal(word));
  });
  return { ...(text as Field<Word>), schema: () => ({ enum: [...words, null], ...(fallback === "" ? {} : { default: fallback }) }) };
}
