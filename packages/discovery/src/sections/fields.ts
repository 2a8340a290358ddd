import {
  described,
  describedLike,
  durationField,
  integerField,
  keepEmpty,
  listField,
  mappingField,
  omitEmpty,
  secretField,
  stringField,
  wordField,
  type Check,
  type ConfigOf,
  type Field,
  type Secret,
} from "@ferula/config";

/** A text that is shown even when it is empty. */
export function keptText(fallback: string = ""): Field<string> {
  return keepEmpty(stringField(fallback), "");
}

/** A secret that is shown, as `null`, even when there is none. */
export function keptSecret(): Field<Secret | undefined> {
  const field = secretField();
  return { ...field, print: (value) => field.print(value) ?? null };
}

/** A duration that is left out while it is 0; in milliseconds. */
export function intervalField(fallbackMs: number): Field<number> {
  return omitEmpty(durationField(fallbackMs));
}

/** `refresh_interval`, left out while it is 0; in milliseconds. */
export function refreshField(fallbackMs: number): Field<number> {
  return described(intervalField(fallbackMs), "How often targets are looked for.");
}

/** As `refreshField`, but always shown. */
export function keptRefreshField(fallbackMs: number): Field<number> {
  return describedLike(durationField(fallbackMs), refreshField(fallbackMs));
}

/** `port`. */
export function portField(fallback: number): Field<number> {
  return described(integerField(fallback), "The port of targets that come without one.");
}

/** One of some words, refused in the provider's own words; it is shown even when it is empty. */
export function keptWord(words: readonly string[], fallback: string, refusal: (text: string) => string): Field<string> {
  return keepEmpty(wordField(words, fallback, refusal), "");
}

const filterShape = {
  name: described(keptText(), "What is filtered by, in the API's own words."),
  values: described(keepEmpty(listField(stringField()), []), "The values of which one must fit."),
} as const;

/** What a cloud's or Docker's API is asked to narrow its answer to: a name, and the values of which one must fit. */
export const filterField: Field<ConfigOf<typeof filterShape>> = mappingField(filterShape);

/** A text, secret or list that stands in a section. */
type Holder = string | Secret | undefined | readonly unknown[];

/** A check of the fields of a section that it names. */
export interface FieldCheck<Key extends string, Value> {
  readonly of: readonly Key[];
  readonly check: Check<Readonly<Record<Key, Value>>>;
}

/** Refuses a section in which `key` holds nothing. */
export function filled<const Key extends string>(key: Key, message: string): FieldCheck<Key, Holder> {
  return {
    of: [key],
    check: (section, report) => {
      if (isNothing(section[key])) report(key, message);
    },
  };
}

/** Whether a text, secret or list holds nothing. */
export function isNothing(value: Holder): boolean {
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}
