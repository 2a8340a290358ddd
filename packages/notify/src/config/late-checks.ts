import type { GlobalSection } from "./global-config.ts";

/** The names that a file gives to what its routes lead to. */
export interface DeclaredNames {
  readonly receivers: Set<string>;
  readonly timeIntervals: Set<string>;
}

/**
 * Checks of a section that need more of the file than the section. They wait until the file is read, and so depend neither on the order
 * of the sections nor on mistakes in others.
 */
export interface LateChecks {
  readonly names: DeclaredNames;
  /** For a check that looks names up. */
  readonly whenNamed: (check: (names: DeclaredNames) => void) => void;
  /** For a check against `global`. It is not made when `global` has mistakes of its own. */
  readonly whenGlobal: (check: (global: GlobalSection) => void) => void;
  /** Makes the checks that wait for names. */
  readonly runNamed: () => void;
  /** Makes the checks that wait for `global`. */
  readonly runGlobal: (global: GlobalSection) => void;
}

/** For one reading of one file. */
export function createLateChecks(): LateChecks {
  const names: DeclaredNames = { receivers: new Set(), timeIntervals: new Set() };
  const named: ((names: DeclaredNames) => void)[] = [];
  const global: ((global: GlobalSection) => void)[] = [];
  return {
    names,
    whenNamed: (check) => void named.push(check),
    whenGlobal: (check) => void global.push(check),
    runNamed: () => named.forEach((check) => check(names)),
    runGlobal: (section) => global.forEach((check) => check(section)),
  };
}
