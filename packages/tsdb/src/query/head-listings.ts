import type { Matcher } from "@ferula/model";
import type { LabelListing } from "@ferula/storage";
import type { Head } from "../head/head.ts";
import { selectSeries } from "../head/select-series.ts";

/** The symbols of the label names of the head's series that match all of `matchers`, of every series when there are none. In no order. */
export function headLabelNames(head: Head, matchers: readonly Matcher[]): Uint32Array {
  return Uint32Array.from(matchers.length === 0 ? head.labelIndex.names() : namesOfSeries(head, selectSeries(head, matchers)));
}

/** The symbols of the values of a label of these series, in no order. */
export function headLabelValues(head: Head, name: string, matchers: readonly Matcher[]): Uint32Array {
  const nameSymbol = head.symbols.find(name);
  if (nameSymbol === 0) return new Uint32Array(0);
  return matchers.length === 0 ? allValues(head, nameSymbol) : valuesOfSeries(head, selectSeries(head, matchers), nameSymbol);
}

/** Sorts `symbols` by their bytes, where they are; strings are only made of those that are listed. */
export function listSymbols({ symbols: table, symbolReader }: Head, symbols: Uint32Array, limit: number): LabelListing {
  symbols.sort((a, b) => table.compare(a, b));
  const truncated = limit > 0 && symbols.length > limit;
  return { values: Array.from(truncated ? symbols.subarray(0, limit) : symbols, symbolReader.text), truncated };
}

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
