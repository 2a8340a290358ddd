import { PromError, type Matcher } from "@ferula/model";
import { hasNonEmptyMatcher, parseMetricSelector } from "@ferula/promql-syntax";
import { invalidParam, type Params } from "./params.ts";

/** A selector's matchers: a series must meet them all. */
export type Matchers = readonly Matcher[];

/**
 * The selectors of `match[]`, each of which must have a matcher that an empty value does not meet. Throws PromError("bad_data") with the bare
 * complaint, as most of upstream's handlers do; see `namingParam` for the others.
 */
export function matchParams(params: Params): readonly Matchers[] {
  const selectors = params.all("match[]").map(parseSelector);
  if (!selectors.every(hasNonEmptyMatcher)) throw new PromError("bad_data", "match[] must contain at least one non-empty matcher");
  return selectors;
}

/** Reads a selector. Throws PromError("bad_data"). */
export function parseSelector(text: string): Matchers {
  try {
    return parseMetricSelector(text);
  } catch (error) {
    throw new PromError("bad_data", (error as Error).message, { cause: error });
  }
}

/** Runs `read`, and puts the parameter's name in front of what it complains about. */
export function namingParam<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw invalidParam(name, (error as Error).message);
  }
}
