import { createMatcher, type Matcher, type MatchType } from "@ferula/model";

/** A matcher as plain data, for another thread. */
export interface PlainMatcher {
  readonly type: MatchType;
  readonly name: string;
  readonly value: string;
}

/** Matchers that a thread keeps; when there are more, it starts anew. Dashboards and rules ask the same again and again. */
const CACHED_MATCHERS = 1024;

/** What is left of matchers when they are posted. */
export function plainMatchers(matchers: readonly Matcher[]): PlainMatcher[] {
  return matchers.map(({ type, name, value }) => ({ type, name, value }));
}

/** Makes matchers of plain ones on the calling thread; each regular expression is compiled once. */
export function createMatcherReader(): (matchers: readonly PlainMatcher[]) => Matcher[] {
  const cache = new Map<string, Matcher>();
  return (matchers) =>
    matchers.map(({ type, name, value }) => {
      const key = `${type}${name}\0${value}`;
      const cached = cache.get(key);
      if (cached !== undefined) return cached;
      const matcher = createMatcher(type, name, value);
      if (cache.size >= CACHED_MATCHERS) cache.clear();
      cache.set(key, matcher);
      return matcher;
    });
}
