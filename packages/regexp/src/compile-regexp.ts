import type { RE2JS } from "re2js";
import { wholeTextBranches } from "./branches.ts";
import { compileEngine } from "./engine.ts";
import { fillTemplate, parseTemplate, type Template } from "./expand.ts";
import { globOf, matchesGlob, type Glob } from "./glob.ts";
import { isLinear } from "./linear.ts";
import { literalsOf, prefixOf, suffixOf } from "./literals.ts";
import { nativeRegExp } from "./native.ts";
import { parsePattern } from "./parse-pattern.ts";
import type { Pattern } from "./pattern.ts";
import type { Regexp, RegexpMatch, RegexpOptions } from "./regexp.ts";

/** A native expression keeps its ways back on a stack of limited size; longer texts go to re2js, which needs none. */
const LONGEST_NATIVE_TEXT = 65_536;

/**
 * Compiles `pattern` in RE2's syntax. Throws RegexpError with Go's message when Go would refuse it: lookaround, back-references and
 * possessive repeats among them. What matches is up to re2js; where a plain comparison or a native expression provably comes to the
 * same, it answers in its place.
 */
export function compileRegexp(pattern: string, { anchored }: RegexpOptions): Regexp {
  const engine = compileEngine(pattern, anchored);
  const shape = shapeOf(pattern, anchored);
  const names = new Map(Object.entries(engine.namedGroups()));
  const engineTest = anchored ? (text: string): boolean => engine.testExact(text) : (text: string): boolean => engine.test(text);
  const test = shape.test === undefined ? engineTest : withEngine(shape.test, engineTest);
  const match = anchored ? wholeMatch(engine, shape.native, names) : firstMatch(engine, names);
  const exec = (text: string): RegexpMatch | undefined => (test(text) ? match(text, 0) : undefined);

  let lastTemplate: string | undefined;
  let lastPieces: Template = [];
  const piecesOf = (template: string): Template => {
    if (template !== lastTemplate) {
      lastPieces = parseTemplate(template);
      lastTemplate = template;
    }
    return lastPieces;
  };
  const expand = (template: string, text: string): string | undefined => {
    const found = exec(text);
    return found === undefined ? undefined : fillTemplate(piecesOf(template), found);
  };
  const replaceAll = (text: string, template: string): string => {
    if (anchored) return expand(template, text) ?? text;
    return test(text) ? replaceMatches(text, match, piecesOf(template)) : text;
  };
  const { setMatches, prefix, suffix, isMatchAll, isMatchNonEmpty } = shape;
  return { pattern, anchored, test, exec, expand, replaceAll, setMatches, prefix, suffix, isMatchAll, isMatchNonEmpty };
}

/** What the analysis of a pattern yields. */
interface Shape extends Pick<Regexp, "setMatches" | "prefix" | "suffix" | "isMatchAll" | "isMatchNonEmpty"> {
  /** Tells whether a text matches, without the engine; undefined from a native expression for a text that is too long for it. */
  readonly test: ((text: string) => boolean | undefined) | undefined;
  /** An expression that finds the engine's groups too. */
  readonly native: RegExp | undefined;
}

const unknownShape: Shape = {
  setMatches: undefined,
  prefix: "",
  suffix: "",
  isMatchAll: false,
  isMatchNonEmpty: false,
  test: undefined,
  native: undefined,
};

function shapeOf(pattern: string, anchored: boolean): Shape {
  const parsed = parsePattern(pattern, anchored);
  const branches = parsed === undefined ? undefined : wholeTextBranches(parsed, anchored);
  if (branches === undefined) return unknownShape;
  const whole: Pattern = branches.length === 1 ? branches[0] : { kind: "choice", branches };
  const setMatches = literalsOf(whole);
  const globs = branches.map(globOrLiterals);
  const isMatchAll = globs.some((glob) => isBareGap(glob, 0));
  const isMatchNonEmpty = !isMatchAll && globs.length === 1 && isBareGap(globs[0], 1);
  // Only an anchored pattern's branches hold all its groups.
  const native = isLinear(whole) ? nativeRegExp(branches) : undefined;
  return {
    setMatches,
    prefix: prefixOf(whole),
    suffix: suffixOf(whole),
    isMatchAll,
    isMatchNonEmpty,
    test: comparison(setMatches, globs, isMatchAll, isMatchNonEmpty) ?? (native === undefined ? undefined : nativeTest(native)),
    native: anchored ? native : undefined,
  };
}

/** A branch as a glob; one that is a set of literals is a glob without gaps. */
function globOrLiterals(branch: Pattern): Glob | undefined {
  const literals = literalsOf(branch);
  return literals === undefined ? globOf(branch) : { parts: [literals], gaps: [] };
}

function isBareGap(glob: Glob | undefined, least: number): boolean {
  return glob?.gaps.length === 1 && glob.gaps[0] === least && glob.parts.every((part) => part.length === 1 && part[0] === "");
}

function comparison(
  setMatches: readonly string[] | undefined,
  globs: readonly (Glob | undefined)[],
  isMatchAll: boolean,
  isMatchNonEmpty: boolean,
): ((text: string) => boolean) | undefined {
  if (isMatchAll) return () => true;
  if (isMatchNonEmpty) return (text) => text !== "";
  if (setMatches !== undefined) return literalTest(setMatches);
  const known = globs.filter((glob) => glob !== undefined);
  if (known.length !== globs.length) return undefined;
  const tests = known.map(globTest);
  return tests.length === 1 ? tests[0] : (text) => tests.some((test) => test(text));
}

function literalTest(literals: readonly string[]): (text: string) => boolean {
  if (literals.length === 1) {
    const [only] = literals;
    return (text) => text === only;
  }
  const set = new Set(literals);
  return (text) => set.has(text);
}

/** The commonest globs get a comparison of their own, the others walk from part to part. */
function globTest(glob: Glob): (text: string) => boolean {
  const { parts, gaps } = glob;
  if (gaps.length === 0) return literalTest(parts[0]);
  if (parts.some((part) => part.length !== 1) || gaps.some((gap) => gap !== 0)) return (text) => matchesGlob(glob, text);
  const [[first], [second]] = parts;
  if (parts.length === 2 && second === "") return (text) => text.startsWith(first);
  if (parts.length === 2 && first === "") return (text) => text.endsWith(second);
  if (parts.length === 3 && first === "" && parts[2][0] === "") return (text) => text.includes(second);
  return (text) => matchesGlob(glob, text);
}

function nativeTest(native: RegExp): (text: string) => boolean | undefined {
  return (text) => (text.length > LONGEST_NATIVE_TEXT ? undefined : native.test(text));
}

function withEngine(fast: (text: string) => boolean | undefined, engineTest: (text: string) => boolean): (text: string) => boolean {
  return (text) => fast(text) ?? engineTest(text);
}

/** Finds a match that begins at `from` or later; for an anchored pattern `from` is 0 and the match is the whole text. */
type FindMatch = (text: string, from: number) => RegexpMatch | undefined;

function wholeMatch(engine: RE2JS, native: RegExp | undefined, names: ReadonlyMap<string, number>): FindMatch {
  return (text) => {
    if (native !== undefined && text.length <= LONGEST_NATIVE_TEXT) {
      const found = native.exec(text);
      return found === null ? undefined : matchOf(0, [...found], names);
    }
    const matcher = engine.matcher(text);
    return matcher.matches() ? matchOf(0, groupsOf(matcher), names) : undefined;
  };
}

function firstMatch(engine: RE2JS, names: ReadonlyMap<string, number>): FindMatch {
  return (text, from) => {
    const matcher = engine.matcher(text);
    return matcher.find(from) ? matchOf(matcher.start(), groupsOf(matcher), names) : undefined;
  };
}

function groupsOf(matcher: ReturnType<RE2JS["matcher"]>): (string | undefined)[] {
  return Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? undefined);
}

const noNames: ReadonlyMap<string, undefined> = new Map();

function matchOf(index: number, groups: readonly (string | undefined)[], names: ReadonlyMap<string, number>): RegexpMatch {
  const named = names.size === 0 ? noNames : new Map([...names].map(([name, group]) => [name, groups[group]] as const));
  return { index, groups, named };
}

/**
 * Replaces match after match. As in Go, an empty match right behind the one before does not count, and the search goes on at least one
 * character further.
 */
function replaceMatches(text: string, find: FindMatch, template: Template): string {
  let replaced = "";
  let copied = 0;
  let from = 0;
  while (from <= text.length) {
    const match = find(text, from);
    if (match === undefined) break;
    const end = match.index + (match.groups[0] ?? "").length;
    replaced += text.slice(copied, match.index);
    if (end > copied || match.index === 0) replaced += fillTemplate(template, match);
    copied = end;
    from = Math.max(end, from + ((text.codePointAt(from) ?? 0) > 0xffff ? 2 : 1));
  }
  return replaced + text.slice(copied);
}
