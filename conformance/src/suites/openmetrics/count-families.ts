import type { MetricFamily } from "@ferula/exposition";
import type { Body } from "./bodies.ts";

/** What a body holds. */
export type Counts = Pick<Body, "families" | "metrics" | "samples" | "created" | "exemplars">;

type Metric = MetricFamily["metrics"][number];

/** Counts what was read, as the lines that it came from. */
export function countFamilies(families: readonly MetricFamily[]): Counts {
  const metrics = families.flatMap((family): readonly Metric[] => family.metrics);
  return {
    families: families.length,
    metrics: metrics.length,
    samples: sum(metrics, sampleCount),
    created: sum(metrics, ({ createdSeconds }) => (createdSeconds === undefined ? 0 : 1)),
    exemplars: sum(metrics, exemplarCount),
  };
}

function sampleCount(metric: Metric): number {
  if ("value" in metric) return 1;
  // The sum and the count have lines of their own.
  return ("quantiles" in metric ? metric.quantiles.length : metric.buckets.length) + 2;
}

function exemplarCount(metric: Metric): number {
  if ("value" in metric) return metric.exemplar === undefined ? 0 : 1;
  return "buckets" in metric ? metric.buckets.filter(({ exemplar }) => exemplar !== undefined).length : 0;
}

function sum(metrics: readonly Metric[], count: (metric: Metric) => number): number {
  return metrics.reduce((total, metric) => total + count(metric), 0);
}
