import type { Check } from "@ferula/config";

/** A check of some keys of a section, in upstream's words; see `PartCheck` of @ferula/config. */
export interface KeyCheck<Key extends string> {
  readonly of: readonly Key[];
  readonly check: Check<Readonly<Record<Key, unknown>>>;
}

/** What may be given in one of two keys, but not in both. */
export function atMostOne<A extends string, B extends string>(a: A, b: B): KeyCheck<A | B> {
  return {
    of: [a, b],
    check(section, report) {
      if (isSet(section[a]) && isSet(section[b])) report(b, `at most one of ${a} & ${b} must be configured`);
    },
  };
}

/** What must be given in one of two keys. */
export function oneOf<A extends string, B extends string>(a: A, b: B, message?: string): KeyCheck<A | B> {
  return {
    of: [a, b],
    check(section, report) {
      if (!isSet(section[a]) && !isSet(section[b])) report(a, message ?? `one of ${a} or ${b} must be configured`);
    },
  };
}

/** A key that must not be empty. */
export function needed<Key extends string>(key: Key, message: string): KeyCheck<Key> {
  return {
    of: [key],
    check(section, report) {
      if (!isSet(section[key])) report(key, message);
    },
  };
}

/** Go's idea of a value that was given: not its type's zero. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== "" && value !== 0;
}
