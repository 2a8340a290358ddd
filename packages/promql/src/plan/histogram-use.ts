/**
 * What the histograms of a part of the query are for: "stats", their counts and sums only, so that buckets need not be carried along;
 * "whole", with their buckets; or nobody has said, which is as good as "whole".
 */
export type HistogramUse = "open" | "stats" | "whole";

/** Has a scope for parts of a query. */
interface WithHistogramUse {
  readonly histogramUse: HistogramUse;
}

const USES: Readonly<Record<string, HistogramUse>> = {
  histogram_avg: "stats",
  histogram_count: "stats",
  histogram_sum: "stats",
  histogram_fraction: "whole",
  histogram_quantile: "whole",
  histogram_quantiles: "whole",
};

/** The scope of a function's arguments. Once buckets are needed, what stands inside needs them too (promql/engine.go `detectHistogramStatsDecoding`). */
export function scopeOfArguments<Scope extends WithHistogramUse>(functionName: string, scope: Scope): Scope {
  if (scope.histogramUse === "whole") return scope;
  return { ...scope, histogramUse: USES[functionName] ?? scope.histogramUse };
}

/** The scope of what trimming and subqueries are about: these need buckets, subqueries to see resets by. */
export function withWholeHistograms<Scope extends WithHistogramUse>(scope: Scope): Scope {
  return { ...scope, histogramUse: "whole" };
}
