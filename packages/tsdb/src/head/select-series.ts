import type { Matcher } from "@ferula/model";
import { intersectRefs } from "../block/sorted-refs.ts";
import type { SymbolReader } from "../read/symbol-reader.ts";
import { runSteps, type Steps } from "../steps.ts";
import type { LabelIndex } from "./label-index.ts";
import type { LabelSets } from "./label-sets.ts";
import { LIVE, type SeriesTable } from "./series-table.ts";
import type { Symbol32, SymbolTable } from "./symbol-table.ts";

/** So many values or series are asked about in one step, */
const ASKED_A_STEP = 256;

/** and so many postings united. */
const POSTINGS_A_STEP = 16_384;

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
  return runSteps(seriesSteps(index, matchers));
}

/**
 * The same in steps. Between these series may come and die, of which some are told and some are not; pairs must not be removed from the
 * index, see `LabelIndex.removals`.
 */
export function* seriesSteps(index: SeriesIndex, matchers: readonly Matcher[]): Steps<Uint32Array> {
  const lists: PairsMatcher[] = [];
  const rest: Matcher[] = [];
  for (const matcher of matchers) {
    const values = namedValues(matcher);
    if (values === undefined) rest.push(matcher);
    else lists.push(pairsOfValues(index, matcher.name, values));
  }
  let refs: Uint32Array;
  if (lists.length > 0) {
    refs = yield* intersect(index, lists);
  } else {
    const base = rest.findIndex((matcher) => !matcher.matchesEmpty);
    refs = base < 0 ? index.series.liveRefs() : yield* unite(index, yield* acceptedPairs(index, rest[base]));
    if (base >= 0) rest.splice(base, 1);
  }
  for (const matcher of rest) {
    if (refs.length === 0) break;
    refs = yield* filter(index, refs, matcher);
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

function* intersect(index: SeriesIndex, lists: PairsMatcher[]): Steps<Uint32Array> {
  lists.sort((a, b) => a.seriesCount - b.seriesCount);
  let refs = yield* unite(index, lists[0].pairs);
  for (let i = 1; i < lists.length && refs.length > 0; i++) refs = yield* keepListed(index, refs, lists[i].pairs);
  return refs;
}

/** A copy of the postings of all of `pairs` together, ascending. */
function* unite({ labelIndex, series }: SeriesIndex, pairs: Uint32Array): Steps<Uint32Array> {
  if (pairs.length === 0) return new Uint32Array(0);
  if (pairs.length === 1) return new Uint32Array(labelIndex.postings(pairs[0]));
  // Series that are made while this goes on are left out.
  const words = new Uint32Array((series.count >>> 5) + 1);
  let count = 0;
  let step = 0;
  for (let i = 0; i < pairs.length; i++) {
    const postings = labelIndex.postings(pairs[i]);
    markAll(words, postings);
    count += postings.length;
    step += postings.length + 1;
    if (step < POSTINGS_A_STEP) continue;
    step = 0;
    yield;
  }
  const refs = new Uint32Array(count);
  let length = 0;
  for (let word = 0; word < words.length; word++) {
    for (let bits = words[word]; bits !== 0; bits &= bits - 1) refs[length++] = (word << 5) + 31 - Math.clz32(bits & -bits);
  }
  return length === count ? refs : refs.subarray(0, length);
}

/** What lies behind the last word is not marked. */
function markAll(words: Uint32Array, refs: Uint32Array): void {
  for (let i = 0; i < refs.length; i++) words[refs[i] >>> 5] |= 1 << (refs[i] & 31);
}

/** Those of `refs`, which is overwritten, that are in the postings of one of `pairs`. */
function* keepListed(index: SeriesIndex, refs: Uint32Array, pairs: Uint32Array): Steps<Uint32Array> {
  if (pairs.length !== 1) return intersectRefs(refs, yield* unite(index, pairs));
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

/** Moves those of live series to the front of `refs`, and returns these. */
export function keepLive({ states }: SeriesTable, refs: Uint32Array): Uint32Array {
  let length = 0;
  for (let i = 0; i < refs.length; i++) {
    const ref = refs[i];
    refs[length] = ref;
    length += states[ref] === LIVE ? 1 : 0;
  }
  return refs.subarray(0, length);
}

/** The pairs of the matcher's label whose value it takes; each value is asked once. */
function* acceptedPairs(index: SeriesIndex, matcher: Matcher): Steps<Uint32Array> {
  const nameSymbol = index.symbols.find(matcher.name);
  if (nameSymbol === 0) return new Uint32Array(0);
  const pairs = index.labelIndex.pairsOfName(nameSymbol).slice();
  const ask = askerOf(index, matcher, pairs.length);
  let length = 0;
  for (let i = 0; i < pairs.length; i++) {
    if (ask(index.labelIndex.pairValue(pairs[i]))) pairs[length++] = pairs[i];
    if (i % ASKED_A_STEP === ASKED_A_STEP - 1) yield;
  }
  return pairs.subarray(0, length);
}

/** Asks the matcher about each series' value, once for each distinct value. */
function* filter(index: SeriesIndex, refs: Uint32Array, matcher: Matcher): Steps<Uint32Array> {
  const nameSymbol = index.symbols.find(matcher.name);
  if (nameSymbol === 0) return matcher.matchesEmpty ? refs : new Uint32Array(0);
  const asked = new AskedValues(index, matcher, nameSymbol, refs.length);
  let length = 0;
  for (let start = 0; start < refs.length; start += ASKED_A_STEP) {
    if (start > 0) yield;
    length = asked.keep(refs, start, Math.min(start + ASKED_A_STEP, refs.length), length);
  }
  return refs.subarray(0, length);
}

/** What a matcher says of the values of a label. By open addressing: a Map of as many values would cost more than asking. */
class AskedValues {
  private readonly labelSets: LabelSets;
  private readonly nameSymbol: Symbol32;
  private readonly ask: (symbol: Symbol32) => boolean;
  private readonly ofAbsent: number;
  private readonly mask: number;
  private readonly asked: Uint32Array;
  private readonly answers: Uint8Array;

  /** For so many series. */
  constructor(index: SeriesIndex, matcher: Matcher, nameSymbol: Symbol32, seriesCount: number) {
    this.labelSets = index.labelSets;
    this.nameSymbol = nameSymbol;
    this.ofAbsent = matcher.matchesEmpty ? 1 : 0;
    const distinct = Math.min(seriesCount, index.labelIndex.pairsOfName(nameSymbol).length);
    this.ask = askerOf(index, matcher, distinct);
    this.mask = 2 ** (33 - Math.clz32(distinct)) - 1;
    this.asked = new Uint32Array(this.mask + 1);
    this.answers = new Uint8Array(this.mask + 1);
  }

  /** Moves those of `refs` from `start` to before `end` whose value is taken to `to`, and returns where they end. */
  keep(refs: Uint32Array, start: number, end: number, to: number): number {
    const { labelSets, nameSymbol, ofAbsent, mask, asked, answers } = this;
    let length = to;
    for (let i = start; i < end; i++) {
      const ref = refs[i];
      const symbol = labelSets.valueSymbol(ref, nameSymbol);
      let answer = ofAbsent;
      if (symbol !== 0) {
        let slot = (Math.imul(symbol, 0x9e3779b1) >>> 7) & mask;
        while (asked[slot] !== 0 && asked[slot] !== symbol) slot = (slot + 1) & mask;
        if (asked[slot] === 0) {
          asked[slot] = symbol;
          answers[slot] = this.ask(symbol) ? 1 : 0;
        }
        answer = answers[slot];
      }
      refs[length] = ref;
      length += answer;
    }
    return length;
  }
}

/** Asks about the strings of `most` symbols at most. Most strings are refused by their first bytes, before one is made on the heap. */
function askerOf({ symbols, symbolReader }: SeriesIndex, matcher: Matcher, most: number): (symbol: Symbol32) => boolean {
  const text = symbolReader.textOfMany(most);
  if (matcher.prefix === "") return (symbol) => matcher.matches(text(symbol));
  const prefix = new TextEncoder().encode(matcher.prefix);
  return (symbol) => symbols.startsWith(symbol, prefix) && matcher.matches(text(symbol));
}
