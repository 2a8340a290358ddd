import { Gauge, Summary, type Registry } from "@ferula/client";
import type { Labels } from "@ferula/model";
import { planQuery, type PoolQuery, type PoolResult, type QueryParams, type ResultSeries, type WorkerPool } from "@ferula/promql";
import type { SelectionSource, SeriesSelection } from "@ferula/storage";

/** Evaluates queries in the workers of a pool. */
export interface QueryService {
  /** Runs a query and hands the JSON of its `data` to `onJson`, piece by piece. Fails with PromError. */
  readonly json: (request: QueryRequest, onJson: (bytes: Uint8Array) => Promise<void> | void) => Promise<PoolResult>;
  /** Runs a query for its series. Fails with PromError. */
  readonly series: (request: QueryRequest) => Promise<PoolResult>;
  /** The result of an instant query as a vector: a scalar is one element without labels. */
  readonly vector: (text: string, params: QueryParams, signal: AbortSignal) => Promise<readonly { readonly labels: Labels; readonly value: number }[]>;
  readonly close: () => Promise<void>;
}

export interface QueryRequest {
  readonly text: string;
  readonly params: QueryParams;
  /** Shorter than the service's own limit; undefined takes that. */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

export interface QueryServiceOptions {
  readonly pool: WorkerPool;
  readonly source: SelectionSource;
  readonly maxSamples: number;
  readonly timeoutMs: number;
  readonly maxConcurrency: number;
  readonly registry: Registry;
}

/** Plans on this thread, which owns the index, selects when a worker is free, and lets the worker do the rest. */
export function createQueryService({ pool, source, maxSamples, timeoutMs, maxConcurrency, registry }: QueryServiceOptions): QueryService {
  const registers = [registry];
  const running = new Gauge({ name: "prometheus_engine_queries", help: "The current number of queries being executed or waiting.", registers });
  new Gauge({ name: "prometheus_engine_queries_concurrent_max", help: "The max number of concurrent queries.", registers }).set(maxConcurrency);
  const duration = new Summary({
    name: "prometheus_engine_query_duration_seconds",
    help: "Query timings.",
    labelNames: ["slice"] as const,
    percentiles: [0.5, 0.9, 0.99],
    maxAgeSeconds: 600,
    ageBuckets: 5,
    registers,
  });

  async function run(request: QueryRequest, kind: PoolQuery["kind"], onJson?: PoolQuery["onJson"]): Promise<PoolResult> {
    const { text, params, signal } = request;
    const plan = planQuery(text, params);
    const startedMs = performance.now();
    running.inc();
    try {
      return await pool.run({
        text,
        params,
        kind,
        maxSamples,
        timeoutMs: Math.min(timeoutMs, request.timeoutMs ?? timeoutMs),
        signal,
        select: () => selectAll(source, plan.selectors),
        release: (selections) => {
          for (const { pin } of selections) source.release(pin);
        },
        ...(onJson === undefined ? {} : { onJson }),
      });
    } finally {
      running.dec();
      duration.observe({ slice: "inner_eval" }, (performance.now() - startedMs) / 1000);
    }
  }

  return {
    json: (request, onJson) => run(request, "json", onJson),
    series: (request) => run(request, "series"),
    async vector(text, params, signal) {
      const { series } = await run({ text, params, signal }, "series");
      return series.map(lastValue);
    },
    close: () => pool.close(),
  };
}

/** Selects all or none: what was pinned before a failure is let go. */
function selectAll(source: SelectionSource, selectors: ReturnType<typeof planQuery>["selectors"]): readonly SeriesSelection[] {
  const selections: SeriesSelection[] = [];
  try {
    for (const { matchers, minTimeMs, maxTimeMs, hints } of selectors) selections.push(source.select(minTimeMs, maxTimeMs, matchers, hints));
    return selections;
  } catch (error) {
    for (const { pin } of selections) source.release(pin);
    throw error;
  }
}

function lastValue({ labels, values }: ResultSeries): { readonly labels: Labels; readonly value: number } {
  return { labels, value: values[values.length - 1] };
}
