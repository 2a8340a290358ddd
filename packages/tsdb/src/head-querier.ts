import { compareUtf8, type Matcher } from "@ferula/model";
import type { LabelListing, Querier, SelectHints, SeriesSelection } from "@ferula/storage";
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
): SeriesSelection {
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
      if (!overlaps(head, minTimeMs, maxTimeMs)) return listing(head, [], limit);
      if (matchers.length === 0) return listing(head, head.labelIndex.names(), limit);
      const found = new Set<number>();
      for (const ref of selectSeries(head, matchers)) head.forEachPair(ref, (nameSymbol) => found.add(nameSymbol));
      return listing(head, found, limit);
    },
    labelValues(name, matchers, limit) {
      const nameSymbol = head.symbols.find(name);
      if (nameSymbol === 0 || !overlaps(head, minTimeMs, maxTimeMs)) return listing(head, [], limit);
      const found = new Set<number>();
      if (matchers.length === 0) {
        for (const pair of head.labelIndex.pairsOfName(nameSymbol)) found.add(head.labelIndex.pairValue(pair));
      } else {
        for (const ref of selectSeries(head, matchers)) found.add(head.labelSets.valueSymbol(ref, nameSymbol));
        found.delete(0);
      }
      return listing(head, found, limit);
    },
    close() {
      for (const pin of pins.splice(0)) head.slabAllocator.release(pin);
    },
  };
}

function overlaps(head: Head, minTimeMs: number, maxTimeMs: number): boolean {
  return minTimeMs <= head.maxTimeMs && maxTimeMs >= head.minTimeMs;
}

function listing(head: Head, symbols: Iterable<number>, limit: number): LabelListing {
  const values: string[] = [];
  for (const symbol of symbols) values.push(head.symbolReader.text(symbol));
  values.sort(compareUtf8);
  const truncated = limit > 0 && values.length > limit;
  return { values: truncated ? values.slice(0, limit) : values, truncated };
}
