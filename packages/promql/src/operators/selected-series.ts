import type { SeriesSet } from "@ferula/storage";
import type { OutputSeries, SymbolSeries } from "./operator.ts";

/** What a select found, as the series of an operator. */
export function selectedSeries(set: SeriesSet): readonly OutputSeries[] {
  const series: OutputSeries[] = [];
  for (let i = 0; i < set.seriesCount; i++) series.push(seriesAt(set, i));
  return series;
}

/** The same by its symbols, where the storage has them. */
export function selectedSymbols(set: SeriesSet): SymbolSeries | undefined {
  const { labelSymbols: symbols, seriesCount: count } = set;
  return symbols && { count, symbols, isNameless: false, at: (index) => seriesAt(set, index) };
}

function seriesAt(set: SeriesSet, index: number): OutputSeries {
  return { labels: set.labels(index), dropName: false };
}
