import { charCount, isSingle, rangesOf } from "./char-set.ts";
import { someInside, type Pattern } from "./pattern.ts";

/** Upstream's bound, model/labels/regexp.go `maxSetMatches`. */
export const MOST_LITERALS = 256;

/** All texts that match `pattern` as a whole, in its order of preference and without doubles, or undefined when they are more than `most`. */
export function literalsOf(pattern: Pattern, most: number = MOST_LITERALS): readonly string[] | undefined {
  switch (pattern.kind) {
    case "chars":
      if (isSingle(pattern.set)) return [String.fromCodePoint(pattern.set[0])];
      return charCount(pattern.set) > most ? undefined : rangesOf(pattern.set).flatMap(charsBetween);
    case "sequence":
      return sequenceLiterals(pattern.items, most);
    case "choice": {
      const texts: string[] = [];
      for (const branch of pattern.branches) {
        const more = literalsOf(branch, most);
        if (more === undefined) return undefined;
        for (const text of more) texts.push(text);
      }
      return bounded(texts, most);
    }
    case "repeat":
      return repeated(pattern, most);
    case "group":
      return literalsOf(pattern.item, most);
    case "edge":
      return undefined;
  }
}

/** The number of branches of the widest choice in `pattern`. */
export function widestChoice(pattern: Pattern): number {
  let widest = 0;
  someInside(pattern, (part) => {
    if (part.kind === "choice") widest = Math.max(widest, part.branches.length);
    return false;
  });
  return widest;
}

/** The longest text with which everything that matches begins. */
export function prefixOf(pattern: Pattern): string {
  return sharedRim(pattern, fromStart).text;
}

/** The longest text with which everything that matches ends. */
export function suffixOf(pattern: Pattern): string {
  return sharedRim(pattern, fromEnd).text;
}

/** What all matches have in common at one end, and whether it is all of them. */
interface Rim {
  readonly text: string;
  readonly isWhole: boolean;
}

/** One of the ends, and how things go on from there inwards. */
interface Side {
  readonly inwards: (items: readonly Pattern[]) => readonly Pattern[];
  readonly append: (rim: string, more: string) => string;
  /** The longest rim of both. Compares whole characters, so that no surrogate pair is cut in two. */
  readonly shared: (a: string, b: string) => string;
}

const fromStart: Side = { inwards: (items) => items, append: (rim, more) => rim + more, shared: sharedStart };

const fromEnd: Side = {
  inwards: (items) => items.toReversed(),
  append: (rim, more) => more + rim,
  shared: (a, b) => backwards(sharedStart(backwards(a), backwards(b))),
};

function sharedRim(pattern: Pattern, side: Side): Rim {
  switch (pattern.kind) {
    case "chars":
      return isSingle(pattern.set) ? { text: String.fromCodePoint(pattern.set[0]), isWhole: true } : unknownRim;
    case "sequence": {
      let text = "";
      for (const item of side.inwards(pattern.items)) {
        const rim = sharedRim(item, side);
        text = side.append(text, rim.text);
        if (!rim.isWhole) return { text, isWhole: false };
      }
      return { text, isWhole: true };
    }
    case "choice":
      return sharedByAll(pattern.branches, side);
    case "repeat": {
      const rim = sharedRim(pattern.item, side);
      if (pattern.min === 0) return { text: "", isWhole: pattern.max === 0 };
      if (!rim.isWhole) return rim;
      return { text: rim.text.repeat(pattern.min), isWhole: pattern.max === pattern.min };
    }
    case "group":
      return sharedRim(pattern.item, side);
    case "edge":
      return unknownRim;
  }
}

const unknownRim: Rim = { text: "", isWhole: false };

function sharedByAll(branches: readonly Pattern[], side: Side): Rim {
  let all: Rim | undefined;
  for (const branch of branches) {
    const rim = sharedRim(branch, side);
    const text = all === undefined ? rim.text : side.shared(all.text, rim.text);
    all = { text, isWhole: rim.isWhole && text === rim.text && (all === undefined || (all.isWhole && all.text === text)) };
    if (text === "" && !all.isWhole) break;
  }
  return all ?? unknownRim;
}

function sharedStart(a: string, b: string): string {
  const right = Array.from(b);
  let shared = "";
  for (const [i, char] of Array.from(a).entries()) {
    if (char !== right[i]) break;
    shared += char;
  }
  return shared;
}

function backwards(text: string): string {
  return Array.from(text).toReversed().join("");
}

function sequenceLiterals(items: readonly Pattern[], most: number): readonly string[] | undefined {
  let texts: readonly string[] = [""];
  // Characters in a row, which are most of what patterns consist of, are put together first.
  let run = "";
  for (const item of items) {
    if (item.kind === "chars" && isSingle(item.set)) {
      run += String.fromCodePoint(item.set[0]);
      continue;
    }
    const longer = followedBy(withEnding(texts, run), item, most);
    if (longer === undefined) return undefined;
    texts = longer;
    run = "";
  }
  return withEnding(texts, run);
}

function withEnding(texts: readonly string[], ending: string): readonly string[] {
  return ending === "" ? texts : texts.map((text) => text + ending);
}

function repeated({ item, min, max }: Pattern & { readonly kind: "repeat" }, most: number): readonly string[] | undefined {
  if (max > most) return undefined;
  let texts: readonly string[] | undefined = [""];
  let all: readonly string[] | undefined = min === 0 ? texts : [];
  for (let times = 1; times <= max && texts !== undefined && all !== undefined; times++) {
    texts = followedBy(texts, item, most);
    if (times >= min) all = texts === undefined ? undefined : bounded([...texts, ...all], most);
  }
  return texts === undefined ? undefined : all;
}

function followedBy(texts: readonly string[], item: Pattern, most: number): readonly string[] | undefined {
  const endings = literalsOf(item, most);
  if (endings === undefined || texts.length * endings.length > most) return undefined;
  if (endings.length === 1) return withEnding(texts, endings[0]);
  return bounded(
    texts.flatMap((text) => endings.map((ending) => text + ending)),
    most,
  );
}

function bounded(texts: readonly string[], most: number): readonly string[] | undefined {
  const distinct = [...new Set(texts)];
  return distinct.length > most ? undefined : distinct;
}

function charsBetween([first, last]: readonly [number, number]): string[] {
  return Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i));
}
