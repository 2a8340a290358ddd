import type { Matcher } from "@ferula/model";
import { intersectRefs } from "../block/sorted-refs.ts";
import type { SymbolReader } from "../read/symbol-reader.ts";
import type { LabelIndex } from "./label-index.ts";
import type { LabelSets } from "./label-sets.ts";
import { LIVE, type SeriesTable } from "./series-table.ts";
import type { Symbol32, SymbolTable } from "./symbol-table.ts";

/** What finding series needs. */
export interface SeriesIndex {
  readonly symbols: SymbolTable;
  readonly symbolReader: SymbolReader;
  readonly labelSets: LabelSets;
  readonly labelIndex: LabelIndex;
  readonly series: SeriesTable;
  /** Whether postings may name series that died. */
  readonly hasDeadPostings: boolean;
  readonly counters: { seriesNotFound: number };
}

/**
 * The references of the series that match all of `matchers`, ascending.
 *
 * A matcher that names its values (`a="b"`, `a=~"b|c"`) is a list of postings; these are intersected, the smallest first. The others
 * are asked about each series that is left, once for each distinct value that occurs among them. Only when no matcher
 * names its values, one that an absent label does not satisfy is asked about all values of its label, and the postings of those it takes
 * are united; failing that, every series is asked.
 *
 * An absent label has the empty value, as in tsdb/querier.go `PostingsForMatchers`.
 */
export function selectSeries(index: SeriesIndex, matchers: readonly Matcher[]): Uint32Array {
  const lists: PairsMatcher[] = [];
  const rest: Matcher[] = [];
  for (const matcher of matchers) {
    const values = namedValues(matcher);
    if (values === undefined) rest.push(matcher);
    else lists.push(pairsOfValues(index, matcher.name, values));
  }
  let refs: Uint32Array;
  if (lists.length > 0) {
    refs = intersect(index, lists);
  } else {
    const base = rest.findIndex((matcher) => !matcher.matchesEmpty);
    refs = base < 0 ? index.series.liveRefs() : unite(index, acceptedPairs(index, rest[base]));
    if (base >= 0) rest.splice(base, 1);
  }
  for (const matcher of rest) {
    if (refs.length === 0) break;
    refs = filter(index, refs, matcher);
  }
  if (!index.hasDeadPostings) return refs;
  const live = keepLive(index.series, refs);
  index.counters.seriesNotFound += refs.length - live.length;
  return live;
}

/** The pairs that a matcher names and how many series carry one of them (a series has one value for a name, so none counts twice). */
interface PairsMatcher {
  readonly pairs: Uint32Array;
  readonly seriesCount: number;
}

function namedValues(matcher: Matcher): readonly string[] | undefined {
  if (matcher.matchesEmpty) return undefined;
  if (matcher.type === "=") return [matcher.value];
  return matcher.type === "=~" ? matcher.setMatches : undefined;
}

function pairsOfValues(index: SeriesIndex, name: string, values: readonly string[]): PairsMatcher {
  const nameSymbol = index.symbols.find(name);
  const pairs = new Set<number>();
  let seriesCount = 0;
  for (const value of nameSymbol === 0 ? [] : values) {
    const valueSymbol = index.symbols.find(value);
    const pair = valueSymbol === 0 ? 0 : index.labelIndex.pair(nameSymbol, valueSymbol);
    if (pair === 0 || pairs.has(pair)) continue;
    pairs.add(pair);
    seriesCount += index.labelIndex.postingsLength(pair);
  }
  return { pairs: Uint32Array.from(pairs), seriesCount };
}

function intersect(index: SeriesIndex, lists: PairsMatcher[]): Uint32Array {
  lists.sort((a, b) => a.seriesCount - b.seriesCount);
  let refs = unite(index, lists[0].pairs);
  for (let i = 1; i < lists.length && refs.length > 0; i++) refs = keepListed(index, refs, lists[i].pairs);
  return refs;
}

/** A copy of the postings of all of `pairs` together, ascending. */
function unite({ labelIndex, series }: SeriesIndex, pairs: Uint32Array): Uint32Array {
  if (pairs.length === 0) return new Uint32Array(0);
  if (pairs.length === 1) return new Uint32Array(labelIndex.postings(pairs[0]));
  const words = new Uint32Array((series.count >>> 5) + 1);
  let count = 0;
  for (const pair of pairs) {
    const postings = labelIndex.postings(pair);
    for (let i = 0; i < postings.length; i++) words[postings[i] >>> 5] |= 1 << (postings[i] & 31);
    count += postings.length;
  }
  const refs = new Uint32Array(count);
  let length = 0;
  for (let word = 0; word < words.length; word++) {
    for (let bits = words[word]; bits !== 0; bits &= bits - 1) refs[length++] = (word << 5) + 31 - Math.clz32(bits & -bits);
  }
  return refs;
}

/** Those of `refs`, which is overwritten, that are in the postings of one of `pairs`. */
function keepListed(index: SeriesIndex, refs: Uint32Array, pairs: Uint32Array): Uint32Array {
  if (pairs.length !== 1) return intersectRefs(refs, unite(index, pairs));
  const bitmap = index.labelIndex.bitmap(pairs[0], index.series.count);
  if (bitmap === undefined) return intersectRefs(refs, index.labelIndex.postings(pairs[0]));
  return refs.subarray(0, keepMarked(refs, bitmap));
}

/** Moves those that are marked to the front of `refs` and returns how many they are. Benchmark: head select. */
function keepMarked(refs: Uint32Array, words: Uint32Array): number {
  let length = 0;
  for (let i = 0; i < refs.length; i++) {
    const ref = refs[i];
    refs[length] = ref;
    length += (words[ref >>> 5] >>> (ref & 31)) & 1;
  }
  return length;
}

/** Moves those of live series to the front of `refs`. */
function keepLive({ states }: SeriesTable, refs: Uint32Array): Uint32Array {
  let length = 0;
  for (let i = 0; i < refs.length; i++) {
    const ref = refs[i];
    refs[length] = ref;
    length += states[ref] === LIVE ? 1 : 0;
  }
  return refs.subarray(0, length);
}

/** The pairs of the matcher's label whose value it takes; each value is asked once. */
function acceptedPairs(index: SeriesIndex, matcher: Matcher): Uint32Array {
  const nameSymbol = index.symbols.find(matcher.name);
  if (nameSymbol === 0) return new Uint32Array(0);
  const ask = askerOf(index, matcher);
  return index.labelIndex.pairsOfName(nameSymbol).filter((pair) => ask(index.labelIndex.pairValue(pair)));
}

/** Asks the matcher about each series' value, once for each distinct value. */
function filter(index: SeriesIndex, refs: Uint32Array, matcher: Matcher): Uint32Array {
  const { labelSets } = index;
  const nameSymbol = index.symbols.find(matcher.name);
  if (nameSymbol === 0) return matcher.matchesEmpty ? refs : new Uint32Array(0);
  const ask = askerOf(index, matcher);
  // Answers by open addressing: a Map of as many values would cost more than asking.
  const distinct = Math.min(refs.length, index.labelIndex.pairsOfName(nameSymbol).length);
  const mask = 2 ** (33 - Math.clz32(distinct)) - 1;
  const asked = new Uint32Array(mask + 1);
  const answers = new Uint8Array(mask + 1);
  let length = 0;
  for (let i = 0; i < refs.length; i++) {
    const ref = refs[i];
    const symbol = labelSets.valueSymbol(ref, nameSymbol);
    let answer: number;
    if (symbol === 0) {
      answer = matcher.matchesEmpty ? 1 : 0;
    } else {
      let slot = (Math.imul(symbol, 0x9e3779b1) >>> 7) & mask;
      while (asked[slot] !== 0 && asked[slot] !== symbol) slot = (slot + 1) & mask;
      if (asked[slot] === 0) {
        asked[slot] = symbol;
        answers[slot] = ask(symbol) ? 1 : 0;
      }
      answer = answers[slot];
    }
    refs[length] = ref;
    length += answer;
  }
  return refs.subarray(0, length);
}

/** Asks about the string of a symbol. Most strings are refused by their first bytes, before one is made on the heap. */
function askerOf(index: SeriesIndex, matcher: Matcher): (symbol: Symbol32) => boolean {
  const { symbols, symbolReader } = index;
  if (matcher.prefix === "") return (symbol) => matcher.matches(symbolReader.text(symbol));
  const prefix = new TextEncoder().encode(matcher.prefix);
  return (symbol) => symbols.startsWith(symbol, prefix) && matcher.matches(symbolReader.text(symbol));
}
