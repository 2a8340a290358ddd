import { emptyHeader, noting } from "./header.ts";
import { type ResultSeries, createSeriesSink } from "./series-sink.ts";
import type { ResultSink, ResultType } from "./sink.ts";

/** A result in memory. A scalar is one series without labels; a string has its text and no series. */
export interface CollectedResult {
  readonly type: ResultType;
  readonly series: readonly ResultSeries[];
  readonly text: string;
}

/** Gathers a result in memory, for rules and tests. */
export function createCollector(): { readonly sink: ResultSink; readonly result: () => CollectedResult } {
  const header = emptyHeader();
  const series: ResultSeries[] = [];
  const sink = noting(
    createSeriesSink((own) => series.push(own)),
    header,
  );
  return { sink, result: () => ({ ...header, series }) };
}
