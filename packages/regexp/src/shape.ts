import { wholeTextBranches } from "./branches.ts";
import { globOf, globTest, isGap, isNonEmptyGap } from "./glob.ts";
import { isLinear } from "./linear.ts";
import { literalsOf, MOST_LITERALS, prefixOf, suffixOf, widestChoice } from "./literals.ts";
import type { Pattern } from "./pattern.ts";
import { isNativeSize, nativeSource } from "./print-pattern.ts";
import type { Regexp } from "./regexp.ts";

/** What the analysis of a pattern yields. */
export interface Shape extends Pick<Regexp, "setMatches" | "prefix" | "suffix" | "isMatchAll" | "isMatchNonEmpty"> {
  /** Tells whether a text matches by plain comparisons, where these will do. */
  readonly compare: ((text: string) => boolean) | undefined;
  /** Makes a native expression for whole texts that finds the groups RE2 finds, in linear time; it yields undefined where there is none. */
  readonly native: () => RegExp | undefined;
}

const unknownShape: Shape = {
  setMatches: undefined,
  prefix: "",
  suffix: "",
  isMatchAll: false,
  isMatchNonEmpty: false,
  compare: undefined,
  native: () => undefined,
};

/** Analyses `pattern`; what it finds of groups holds for anchored ones only. */
export function shapeOf(pattern: Pattern, anchored: boolean): Shape {
  const branches = wholeTextBranches(pattern, anchored);
  if (branches === undefined) return unknownShape;
  const whole: Pattern = branches.length === 1 ? branches[0] : { kind: "choice", branches };
  const literals = literalsOf(whole, Math.max(MOST_LITERALS, widestChoice(whole)));
  const glob = literals === undefined && branches.length === 1 ? globOf(whole) : undefined;
  const isMatchAll = literals === undefined && branches.some(isAnything);
  return {
    setMatches: literals !== undefined && literals.length > MOST_LITERALS ? undefined : literals,
    prefix: prefixOf(whole),
    suffix: suffixOf(whole),
    isMatchAll,
    isMatchNonEmpty: glob !== undefined && isNonEmptyGap(glob),
    compare: comparison(literals, isMatchAll, glob === undefined ? undefined : globTest(glob)),
    native: anchored ? lazyNative(whole) : (): undefined => undefined,
  };
}

function isAnything(branch: Pattern): boolean {
  const glob = globOf(branch);
  return glob !== undefined && isGap(glob);
}

function comparison(
  literals: readonly string[] | undefined,
  isMatchAll: boolean,
  ofGlob: ((text: string) => boolean) | undefined,
): ((text: string) => boolean) | undefined {
  if (isMatchAll) return () => true;
  return literals === undefined ? ofGlob : literalTest(literals);
}

function literalTest(literals: readonly string[]): (text: string) => boolean {
  if (literals.length === 1) {
    const [only] = literals;
    return (text) => text === only;
  }
  const set = new Set(literals);
  return (text) => set.has(text);
}

function lazyNative(whole: Pattern): () => RegExp | undefined {
  let made: { readonly native: RegExp | undefined } | undefined;
  return () => (made ??= { native: nativeOf(whole) }).native;
}

function nativeOf(whole: Pattern): RegExp | undefined {
  return isNativeSize(whole) && isLinear(whole) ? new RegExp(`^(?:${nativeSource(whole)})$`, "u") : undefined;
}
