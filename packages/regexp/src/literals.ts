import { charCount, rangesOf } from "./char-set.ts";
import type { Pattern } from "./pattern.ts";

/** Upstream's bound, model/labels/regexp.go `maxSetMatches`. */
export const MOST_LITERALS = 256;

/** All texts that match `pattern` as a whole, in its order of preference and without doubles, or undefined when they are more than 256. */
export function literalsOf(pattern: Pattern): readonly string[] | undefined {
  switch (pattern.kind) {
    case "chars":
      return charCount(pattern.set) > MOST_LITERALS ? undefined : rangesOf(pattern.set).flatMap(charsBetween);
    case "sequence":
      return pattern.items.reduce<readonly string[] | undefined>((texts, item) => followedBy(texts, item), [""]);
    case "choice": {
      const lists = pattern.branches.map(literalsOf);
      return lists.includes(undefined) ? undefined : bounded(lists.flatMap((list) => list ?? []));
    }
    case "repeat":
      return repeated(pattern);
    case "group":
      return literalsOf(pattern.item);
    case "edge":
      return undefined;
  }
}

/** The longest text with which everything that matches begins. */
export function prefixOf(pattern: Pattern): string {
  return commonStart(pattern).text;
}

/** The longest text with which everything that matches ends. */
export function suffixOf(pattern: Pattern): string {
  return Array.from(commonStart(reversed(pattern)).text)
    .toReversed()
    .join("");
}

/** A start that all matches share, and whether it is all of them. */
interface Start {
  readonly text: string;
  readonly isWhole: boolean;
}

function commonStart(pattern: Pattern): Start {
  switch (pattern.kind) {
    case "chars":
      return charCount(pattern.set) === 1 ? { text: String.fromCodePoint(pattern.set[0]), isWhole: true } : unknownStart;
    case "sequence": {
      let text = "";
      for (const item of pattern.items) {
        const start = commonStart(item);
        text += start.text;
        if (!start.isWhole) return { text, isWhole: false };
      }
      return { text, isWhole: true };
    }
    case "choice": {
      const starts = pattern.branches.map(commonStart);
      const text = starts.map((start) => start.text).reduce(sharedStart);
      return { text, isWhole: starts.every((start) => start.isWhole && start.text === text) };
    }
    case "repeat": {
      const start = commonStart(pattern.item);
      if (pattern.min === 0) return { text: "", isWhole: pattern.max === 0 };
      if (!start.isWhole) return start;
      return { text: start.text.repeat(pattern.min), isWhole: pattern.max === pattern.min };
    }
    case "group":
      return commonStart(pattern.item);
    case "edge":
      return unknownStart;
  }
}

const unknownStart: Start = { text: "", isWhole: false };

/** The pattern of the texts written backwards. */
function reversed(pattern: Pattern): Pattern {
  switch (pattern.kind) {
    case "chars":
    case "edge":
      return pattern;
    case "sequence":
      return { kind: "sequence", items: pattern.items.map(reversed).toReversed() };
    case "choice":
      return { kind: "choice", branches: pattern.branches.map(reversed) };
    case "repeat":
      return { ...pattern, item: reversed(pattern.item) };
    case "group":
      return reversed(pattern.item);
  }
}

/** Compares whole characters, so that no surrogate pair is cut in two. */
function sharedStart(a: string, b: string): string {
  const right = Array.from(b);
  let shared = "";
  for (const [i, char] of Array.from(a).entries()) {
    if (char !== right[i]) break;
    shared += char;
  }
  return shared;
}

function repeated({ item, min, max }: Pattern & { readonly kind: "repeat" }): readonly string[] | undefined {
  if (max > MOST_LITERALS) return undefined;
  let texts: readonly string[] | undefined = [""];
  let all: readonly string[] | undefined = min === 0 ? texts : [];
  for (let times = 1; times <= max && texts !== undefined && all !== undefined; times++) {
    texts = followedBy(texts, item);
    if (times >= min) all = texts === undefined ? undefined : bounded([...texts, ...all]);
  }
  return texts === undefined ? undefined : all;
}

function followedBy(texts: readonly string[] | undefined, item: Pattern): readonly string[] | undefined {
  const endings = texts === undefined ? undefined : literalsOf(item);
  if (texts === undefined || endings === undefined || texts.length * endings.length > MOST_LITERALS) return undefined;
  return bounded(texts.flatMap((text) => endings.map((ending) => text + ending)));
}

function bounded(texts: readonly string[]): readonly string[] | undefined {
  const distinct = [...new Set(texts)];
  return distinct.length > MOST_LITERALS ? undefined : distinct;
}

function charsBetween([first, last]: readonly [number, number]): string[] {
  return Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i));
}
