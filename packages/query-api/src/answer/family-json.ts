import type { Registry } from "@ferula/client";
import { labelPairs, type Labels } from "@ferula/model";

/** A metric family as registries give it; the door of `client` has no name for it. */
export type MetricFamily = Awaited<ReturnType<Registry["collect"]>>[number];

/** A family for `goJson` in the JSON form of `io.prometheus.client.MetricFamily`, where 64-bit integers are strings. */
export function familyJson(family: MetricFamily): unknown {
  const { name, help, type } = family;
  return { name, help, type: TYPES[type], metric: metricsJson(family) };
}

const TYPES: Readonly<Record<MetricFamily["type"], string>> = {
  counter: "COUNTER",
  gauge: "GAUGE",
  gaugehistogram: "GAUGE_HISTOGRAM",
  histogram: "HISTOGRAM",
  info: "GAUGE",
  stateset: "GAUGE",
  summary: "SUMMARY",
  untyped: "UNTYPED",
};

/** The fields stand in the order of their numbers, a histogram's behind the time. */
function metricsJson(family: MetricFamily): readonly unknown[] {
  switch (family.type) {
    case "summary":
      return family.metrics.map((metric) => {
        const quantile = metric.quantiles.map((one) => ({ quantile: double(one.quantile), value: double(one.value) }));
        return { ...labelsJson(metric), summary: { ...totalsJson(metric), quantile: unlessEmpty(quantile) }, ...timeJson(metric) };
      });
    case "histogram":
    case "gaugehistogram":
      return family.metrics.map((metric) => {
        // The count stands for the bucket of all, as in upstream's client.
        const finite = metric.buckets.filter(({ upperBound }) => upperBound !== Infinity);
        const bucket = finite.map((one) => ({ cumulativeCount: String(one.cumulativeCount), upperBound: double(one.upperBound) }));
        return { ...labelsJson(metric), ...timeJson(metric), histogram: { ...totalsJson(metric), bucket: unlessEmpty(bucket) } };
      });
    default: {
      const field = TYPES[family.type].toLowerCase();
      return family.metrics.map((metric) => ({ ...labelsJson(metric), [field]: { value: double(metric.value) }, ...timeJson(metric) }));
    }
  }
}

function labelsJson({ labels }: { readonly labels: Labels }): object {
  return { label: unlessEmpty(labelPairs(labels).map(([name, value]) => ({ name, value }))) };
}

function timeJson({ timestampMs }: { readonly timestampMs?: number }): object {
  return { timestampMs: timestampMs === undefined ? undefined : String(timestampMs) };
}

function totalsJson({ count, sum }: { readonly count: number; readonly sum: number }): object {
  return { sampleCount: String(count), sampleSum: double(sum) };
}

function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** `NaN`, `Infinity` and `-Infinity` are strings. */
function double(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
