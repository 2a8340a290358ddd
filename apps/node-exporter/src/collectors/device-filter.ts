import type { Logger } from "@ferula/logging";
import { compileRegexp } from "@ferula/regexp";

/** Tells whether a name is left out. */
export type IsIgnored = (name: string) => boolean;

/** A flag and its value. */
export interface PatternFlag {
  /** Without dashes. */
  readonly name: string;
  /** "" stands for no filter. */
  readonly value: string;
  /** The name that the flag had in earlier versions, and its value. */
  readonly old?: { readonly name: string; readonly value: string };
}

/** The pair of flags that choose names. */
export interface FilterFlags {
  readonly exclude: PatternFlag;
  readonly include: PatternFlag;
  readonly setByUser: ReadonlySet<string>;
  readonly logger: Logger;
}

/**
 * The filter that two flags make: patterns match anywhere in a name. An `include` of the user's takes the place of a default `exclude`.
 * Throws when the user gave both, gave a flag under its old and its new name, or wrote a pattern that is none.
 */
export function createFilter({ exclude, include, setByUser, logger }: FilterFlags): IsIgnored {
  const excluded = chosen(exclude, setByUser, logger);
  const included = chosen(include, setByUser, logger);
  const isExcludeOfUser = setByUser.has(exclude.name) || (exclude.old?.value ?? "") !== "";
  if (included === "") return compilePattern(excluded, exclude.name) ?? ignoreNothing;
  if (isExcludeOfUser && excluded !== "") throw new Error(`--${exclude.name} and --${include.name} are mutually exclusive`);
  const isIncluded = compilePattern(included, include.name);
  return isIncluded === undefined ? ignoreNothing : (name) => !isIncluded(name);
}

/** The test of an unanchored pattern; undefined for "", which stands for no filter. Throws an error that names the flag. */
export function compilePattern(pattern: string, flag: string): ((text: string) => boolean) | undefined {
  if (pattern === "") return undefined;
  try {
    return compileRegexp(pattern, { anchored: false }).test;
  } catch (error) {
    throw new Error(`cannot read --${flag}: ${(error as Error).message}`, { cause: error });
  }
}

function chosen({ name, value, old }: PatternFlag, setByUser: ReadonlySet<string>, logger: Logger): string {
  if (old === undefined || old.value === "") return value;
  if (setByUser.has(name)) throw new Error(`--${old.name} and --${name} are mutually exclusive`);
  logger.warn(`--${old.name} is deprecated, use --${name}`);
  return old.value;
}

function ignoreNothing(): boolean {
  return false;
}
