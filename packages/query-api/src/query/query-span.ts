import type { EvaluationStats, QueryParams } from "@ferula/promql";
import type { Attributes, Span } from "@ferula/tracing";
import type { QueryStations } from "./stopwatch.ts";

/** What came of a query that is traced. */
export interface TracedQuery {
  readonly text: string;
  readonly params: Pick<QueryParams, "startMs" | "endMs" | "stepMs">;
  readonly stations: QueryStations;
  /** Of a query that failed they are not known. */
  readonly stats: EvaluationStats | undefined;
  /** Absent where it ended well. */
  readonly error: unknown;
}

/** Tells a span which query it is about (promql/engine.go `Exec`). */
export function noteQuery(span: Span | undefined, text: string): void {
  if (span?.isSampled === true) span.set({ query: text });
}

/** The span of a query's execution, as a piece of `parent`. */
export function startQuerySpan(parent: Span | undefined, startMs: number): Span | undefined {
  return parent?.child("promqlExec", { startMs });
}

/**
 * Ends the span of a query, with its parts, under upstream's names (util/stats/query_stats.go `SpanOperation`): they are told from when the
 * query passed its stations, as the thread that evaluates it makes no spans. A query that ended early was at its last station until then.
 */
export function endQuerySpan(span: Span, query: TracedQuery): void {
  const endMs = performance.now();
  if (span.isSampled) {
    const { startedMs, plannedMs, admittedMs, selectedMs } = query.stations;
    part(span, "promqlParse", startedMs, plannedMs);
    part(span, "promqlExecQueue", plannedMs, admittedMs ?? endMs);
    if (admittedMs !== undefined) {
      const evaluation = span.child("promqlEval", { startMs: admittedMs });
      part(evaluation, "promqlPrepare", admittedMs, selectedMs ?? endMs);
      if (selectedMs !== undefined) part(evaluation, "promqlInnerEval", selectedMs, endMs);
      evaluation.end(endMs);
    }
    span.set(attributesOf(query));
    if (query.error !== undefined) span.fail((query.error as Error).message);
  }
  span.end(endMs);
}

function part(span: Span, name: string, startMs: number, endMs: number): void {
  span.child(name, { startMs }).end(endMs);
}

function attributesOf({ text, params, stats }: TracedQuery): Attributes {
  return {
    query: text,
    start: params.startMs / 1000,
    end: params.endMs / 1000,
    step: params.stepMs / 1000,
    ...(stats === undefined
      ? {}
      : { total_queryable_samples: stats.totalSamples, samples_read: stats.samplesRead, peak_samples: stats.peakSamples }),
  };
}
