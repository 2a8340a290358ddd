import type { RE2JS } from "re2js";
import { lazyEngine } from "./engine.ts";
import { fillTemplate, parseTemplate, type Template } from "./expand.ts";
import { parsePattern } from "./parse-pattern.ts";
import type { Regexp, RegexpMatch, RegexpOptions } from "./regexp.ts";
import { lazyTest, LONGEST_NATIVE_TEXT } from "./lazy-test.ts";
import { shapeOf } from "./shape.ts";

/**
 * Compiles `pattern` in RE2's syntax. Throws RegexpError with Go's message when Go would refuse it: lookaround, back-references and
 * possessive repeats among them. Whether a text matches is told by plain comparisons where these provably come to the same, by an
 * automaton otherwise; what the groups hold by re2js, or a native expression that provably finds the same.
 */
export function compileRegexp(pattern: string, { anchored, dotAll = anchored }: RegexpOptions): Regexp {
  const parsed = parsePattern(pattern, dotAll);
  const shape = shapeOf(parsed.pattern, anchored);
  const engine = lazyEngine(parsed.pattern);
  const names = groupsByName(parsed.groupNames);
  const test = shape.compare ?? lazyTest(parsed.pattern, anchored, shape, engine);
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

/** The numbers of the groups of each name; Go takes the first of them that took part. */
type GroupNames = readonly (readonly [name: string, numbers: readonly number[]])[];

function groupsByName(names: readonly (string | undefined)[]): GroupNames {
  const numbers = new Map<string, number[]>();
  for (const [number, name] of names.entries()) {
    if (name !== undefined) numbers.set(name, [...(numbers.get(name) ?? []), number]);
  }
  return [...numbers];
}

/** Finds a match that begins at `from` or later; for an anchored pattern `from` is 0 and the match is the whole text. */
type FindMatch = (text: string, from: number) => RegexpMatch | undefined;

function wholeMatch(engine: () => RE2JS, native: () => RegExp | undefined, names: GroupNames): FindMatch {
  return (text) => {
    const expression = text.length <= LONGEST_NATIVE_TEXT ? native() : undefined;
    if (expression !== undefined) {
      const found = expression.exec(text);
      return found === null ? undefined : matchOf(0, [...found], names);
    }
    const matcher = engine().matcher(text);
    return matcher.matches() ? matchOf(0, groupsOf(matcher), names) : undefined;
  };
}

function firstMatch(engine: () => RE2JS, names: GroupNames): FindMatch {
  return (text, from) => {
    const matcher = engine().matcher(text);
    return matcher.find(from) ? matchOf(matcher.start(), groupsOf(matcher), names) : undefined;
  };
}

function groupsOf(matcher: ReturnType<RE2JS["matcher"]>): (string | undefined)[] {
  return Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? undefined);
}

const noNames: ReadonlyMap<string, undefined> = new Map();

function matchOf(index: number, groups: readonly (string | undefined)[], names: GroupNames): RegexpMatch {
  const named = names.length === 0 ? noNames : new Map(names.map(([name, numbers]) => [name, firstThatMatched(groups, numbers)] as const));
  return { index, groups, named };
}

function firstThatMatched(groups: readonly (string | undefined)[], numbers: readonly number[]): string | undefined {
  for (const number of numbers) if (groups[number] !== undefined) return groups[number];
  return undefined;
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
