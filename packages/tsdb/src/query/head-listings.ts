import type { Matcher } from "@ferula/model";
import type { LabelListing } from "@ferula/storage";
import type { Head } from "../head/head.ts";
import { selectSeries } from "../head/select-series.ts";
import { runSteps, type Steps } from "../steps.ts";
import { DistinctSymbols } from "./distinct-symbols.ts";

/** So many series are looked at in one step. */
const SERIES_A_STEP = 512;

/** The symbols of the label names of the head's series that match all of `matchers`, of every series when there are none. In no order. */
export function headLabelNames(head: Head, matchers: readonly Matcher[]): Uint32Array {
  return matchers.length === 0 ? allNames(head) : runSteps(namesOfSeries(head, selectSeries(head, matchers)));
}

/** The symbols of the values of a label of these series, in no order. */
export function headLabelValues(head: Head, name: string, matchers: readonly Matcher[]): Uint32Array {
  return matchers.length === 0 ? allValues(head, name) : runSteps(valuesOfSeries(head, selectSeries(head, matchers), name));
}

/** The symbols of all names. */
export function allNames({ labelIndex }: Head): Uint32Array {
  return Uint32Array.from(labelIndex.names());
}

/** The symbols of all values of a label. */
export function allValues({ symbols, labelIndex }: Head, name: string): Uint32Array {
  const pairs = labelIndex.pairsOfName(symbols.find(name));
  const values = new Uint32Array(pairs.length);
  for (let i = 0; i < pairs.length; i++) values[i] = labelIndex.pairValue(pairs[i]);
  return values;
}

/** The symbols of the names of series, which are kept from others while this goes on. There are few names. */
export function* namesOfSeries(head: Head, refs: Uint32Array): Steps<Uint32Array> {
  const found = new Set<number>();
  const { labelSets, shared } = head;
  for (let i = 0; i < refs.length; i++) {
    if (i % SERIES_A_STEP === SERIES_A_STEP - 1) yield;
    const { u32 } = shared;
    const word = labelSets.address(refs[i]) >>> 2;
    for (let at = word + 1, end = word + 1 + u32[word] * 2; at < end; at += 2) found.add(u32[at]);
  }
  return Uint32Array.from(found);
}

/**
 * The symbols of the values of a label of series, which are kept from others while this goes on. There may be as many as series: they are told
 * apart by open addressing.
 */
export function* valuesOfSeries(head: Head, refs: Uint32Array, name: string): Steps<Uint32Array> {
  const nameSymbol = head.symbols.find(name);
  if (nameSymbol === 0) return new Uint32Array(0);
  const values = new DistinctSymbols(Math.min(refs.length, head.labelIndex.pairsOfName(nameSymbol).length));
  for (let i = 0; i < refs.length; i++) {
    if (i % SERIES_A_STEP === SERIES_A_STEP - 1) yield;
    values.add(head.labelSets.valueSymbol(refs[i], nameSymbol));
  }
  return values.list();
}

/** Sorts `symbols` by their bytes, where they are; strings are only made of those that are listed. */
export function listSymbols({ symbols: table, symbolReader }: Head, symbols: Uint32Array, limit: number): LabelListing {
  symbols.sort((a, b) => table.compare(a, b));
  const truncated = limit > 0 && symbols.length > limit;
  return { values: Array.from(truncated ? symbols.subarray(0, limit) : symbols, symbolReader.text), truncated };
}
