import type { Matcher } from "@ferula/model";
import type { LabelListing, Querier, SelectHints } from "@ferula/storage";
import type { HeadSelection } from "./read/head-selection.ts";
import type { Head } from "./head/head.ts";
import { selectSeries } from "./head/select-series.ts";
import { takeSelection } from "./head/take-selection.ts";
import { openSelection } from "./read/open-selection.ts";

/** Finds series in the head and notes their chunks; see storage's `SelectionSource`. */
export function selectFromHead(
  head: Head,
  minTimeMs: number,
  maxTimeMs: number,
  matchers: readonly Matcher[],
  hints?: SelectHints,
): HeadSelection {
  const refs = overlaps(head, minTimeMs, maxTimeMs) ? selectSeries(head, matchers) : new Uint32Array(0);
  return takeSelection(head, refs, minTimeMs, maxTimeMs, hints);
}

/** Reads the head on the thread that owns it. */
export function headQuerier(head: Head, minTimeMs: number, maxTimeMs: number, decodeScratch: number): Querier {
  const pins: number[] = [];
  return {
    select(matchers, hints) {
      const selection = selectFromHead(head, minTimeMs, maxTimeMs, matchers, hints);
      pins.push(selection.pin);
      return openSelection(head.shared, selection, { decodeScratch, symbolReader: head.symbolReader });
    },
    labelNames(matchers, limit) {
      if (!overlaps(head, minTimeMs, maxTimeMs)) return NOTHING;
      const names = matchers.length === 0 ? head.labelIndex.names() : namesOfSeries(head, selectSeries(head, matchers));
      return listSymbols(head, Uint32Array.from(names), limit);
    },
    labelValues(name, matchers, limit) {
      const nameSymbol = head.symbols.find(name);
      if (nameSymbol === 0 || !overlaps(head, minTimeMs, maxTimeMs)) return NOTHING;
      const values = matchers.length === 0 ? allValues(head, nameSymbol) : valuesOfSeries(head, selectSeries(head, matchers), nameSymbol);
      return listSymbols(head, values, limit);
    },
    close() {
      for (const pin of pins.splice(0)) head.slabAllocator.release(pin);
    },
  };
}

function overlaps(head: Head, minTimeMs: number, maxTimeMs: number): boolean {
  return minTimeMs <= head.maxTimeMs && maxTimeMs >= head.minTimeMs;
}

const NOTHING: LabelListing = { values: [], truncated: false };

/** There are few names. */
function namesOfSeries(head: Head, refs: Uint32Array): ReadonlySet<number> {
  const found = new Set<number>();
  for (const ref of refs) head.forEachPair(ref, (nameSymbol) => found.add(nameSymbol));
  return found;
}

function allValues({ labelIndex }: Head, nameSymbol: number): Uint32Array {
  return labelIndex.pairsOfName(nameSymbol).map((pair) => labelIndex.pairValue(pair));
}

/** There may be as many values as series: they are told apart as numbers in one array. */
function valuesOfSeries({ labelSets }: Head, refs: Uint32Array, nameSymbol: number): Uint32Array {
  const symbols = refs.map((ref) => labelSets.valueSymbol(ref, nameSymbol)).sort();
  let count = 0;
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] !== 0 && (i === 0 || symbols[i] !== symbols[i - 1])) symbols[count++] = symbols[i];
  }
  return symbols.subarray(0, count);
}

/** Sorts `symbols` by their bytes, where they are; strings are only made of those that are listed. */
function listSymbols({ symbols: table, symbolReader }: Head, symbols: Uint32Array, limit: number): LabelListing {
  symbols.sort((a, b) => table.compare(a, b));
  const truncated = limit > 0 && symbols.length > limit;
  return { values: Array.from(truncated ? symbols.subarray(0, limit) : symbols, symbolReader.text), truncated };
}
