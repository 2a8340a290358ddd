export { buildInfo, type BuildInfo } from "./build-info.ts";
export { exponentialBuckets, linearBuckets } from "./buckets.ts";
export { countScrapes, type ScrapeCounter } from "./count-scrapes.ts";
export { Counter, type CounterChild } from "./counter.ts";
export { collectDefaultMetrics, collectProcessMetrics, type DefaultMetricsConfig } from "./default-metrics.ts";
export { Gauge, type GaugeChild } from "./gauge.ts";
export { Histogram, type HistogramChild, type HistogramConfig } from "./histogram.ts";
export { type LabelValues } from "./label-values.ts";
export { Metric, type MetricConfig, type MetricJson, type MetricJsonValue } from "./metric.ts";
export { Pushgateway, type PushGrouping, type PushgatewayOptions, type PushResult } from "./pushgateway.ts";
export {
  type ExposeOptions,
  type Exposition,
  openMetricsContentType,
  prometheusContentType,
  register,
  Registry,
  type RegistryOptions,
} from "./registry.ts";
export { Summary, type SummaryChild, type SummaryConfig } from "./summary.ts";
