import { compareUtf8, type Labels } from "@ferula/model";
import type { SeriesEntry } from "../../src/block/series-entry.ts";
import type { Symbols } from "../../src/block/symbols.ts";

/** The names and values of `series`, as `BlockSource.symbols` wants them. */
export function symbolsOf(series: Iterable<Labels>): string[] {
  const symbols = new Set<string>();
  for (const labels of series) for (const text of labels) symbols.add(text);
  return [...symbols].sort(compareUtf8);
}

/** The labels of an entry as strings. */
export function entryLabels({ labelCount, labelSymbols }: SeriesEntry, symbols: Symbols): Labels {
  const labels: string[] = [];
  for (let i = 0; i < 2 * labelCount; i++) labels.push(symbols.text(labelSymbols[i]));
  return labels;
}
