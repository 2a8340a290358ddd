import { foldCase } from "./case-folds.ts";
import { charSetOf, complementOf, everyChar, rangesOf, type CharSet } from "./char-set.ts";
import { charEnd, perlClass, posixClass, readEscape, type NamedClass, type ReadChar } from "./escapes.ts";
import { refusal } from "./regexp-error.ts";
import { unicodeClass } from "./unicode-classes.ts";

/** The characters of a class, and where reading goes on behind it. */
export interface ReadClass {
  readonly set: CharSet;
  readonly end: number;
}

/**
 * Reads the bracketed class that opens at `at` (`[^a-z\d[:alpha:]\pN]`). With `isFolded`, letters stand for all their cases. Throws
 * RegexpError with Go's message.
 */
export function parseClass(source: string, at: number, isFolded: boolean): ReadClass {
  const isNegated = source[at + 1] === "^";
  const first = at + (isNegated ? 2 : 1);
  const ranges: (readonly [number, number])[] = [];
  const single: (readonly [number, number])[] = [];
  let end = first;
  // A closing bracket that comes first is an ordinary character.
  while (source[end] !== "]" || end === first) {
    const named = readNamed(source, end, isFolded);
    if (named !== undefined) {
      for (const range of rangesOf(named.set)) ranges.push(range);
      end = named.end;
      continue;
    }
    const start = end;
    const low = readChar(source, start, at);
    const isRange = source[low.end] === "-" && low.end + 1 < source.length && source[low.end + 1] !== "]";
    const high = isRange ? readChar(source, low.end + 1, at) : low;
    if (high.char < low.char) throw refusal(source, "invalid character class range", source.slice(start, high.end));
    single.push([low.char, high.char]);
    end = high.end;
  }
  const written = charSetOf(single);
  const set = charSetOf([...ranges, ...rangesOf(isFolded ? foldCase(written) : written)]);
  return { set: isNegated ? complementOf(set) : set, end: end + 1 };
}

function readNamed(source: string, at: number, isFolded: boolean): ReadClass | undefined {
  return readPosix(source, at, isFolded) ?? readClassEscape(source, at, isFolded);
}

/** Reads `\d`, `\pN`, `\p{Greek}` and their like at `at`; undefined when something else stands there. Throws RegexpError for unknown names. */
export function readClassEscape(source: string, at: number, isFolded: boolean): ReadClass | undefined {
  if (source[at] !== "\\") return undefined;
  const perl = perlClass(source[at + 1]);
  if (perl !== undefined) return { set: resolved(perl, isFolded), end: at + 2 };
  return source[at + 1] === "p" || source[at + 1] === "P" ? readUnicode(source, at, isFolded) : undefined;
}

function readPosix(source: string, at: number, isFolded: boolean): ReadClass | undefined {
  if (!source.startsWith("[:", at)) return undefined;
  const close = source.indexOf(":]", at + 2);
  if (close < 0) return undefined;
  const named = posixClass(source.slice(at + 2, close));
  if (named === undefined) throw refusal(source, "invalid character class range", source.slice(at, close + 2));
  return { set: resolved(named, isFolded), end: close + 2 };
}

function readUnicode(source: string, at: number, isFolded: boolean): ReadClass {
  const isBraced = source[at + 2] === "{";
  const end = isBraced ? source.indexOf("}", at) + 1 : charEnd(source, at + 2);
  if (end === 0) throw refusal(source, "invalid character class range", source.slice(at));
  const name = isBraced ? source.slice(at + 3, end - 1) : source.slice(at + 2, end);
  const isInverted = name.startsWith("^");
  const set = unicodeClass(isInverted ? name.slice(1) : name);
  if (set === undefined) throw refusal(source, "invalid character class range", source.slice(at, end));
  return { set: resolved({ set, isNegated: (source[at + 1] === "P") !== isInverted }, isFolded), end };
}

/** One set a class and way of reading, so that a pattern that names a class a thousand times holds it once. */
const resolvedSets = new WeakMap<CharSet, Map<string, CharSet>>();

function resolved({ set, isNegated }: NamedClass, isFolded: boolean): CharSet {
  if (set === everyChar && !isNegated) return set;
  let ways = resolvedSets.get(set);
  if (ways === undefined) resolvedSets.set(set, (ways = new Map<string, CharSet>()));
  const way = `${isNegated}${isFolded}`;
  let result = ways.get(way);
  if (result === undefined) {
    const folded = isFolded ? foldCase(set) : set;
    ways.set(way, (result = isNegated ? complementOf(folded) : folded));
  }
  return result;
}

function readChar(source: string, at: number, classStart: number): ReadChar {
  const char = source.codePointAt(at);
  if (char === undefined) throw refusal(source, "missing closing ]", source.slice(classStart));
  return char === 0x5c ? readEscape(source, at) : { char, end: charEnd(source, at) };
}
