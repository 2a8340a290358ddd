import type { MetricMetadata } from "@ferula/model";

/** What is known of each metric beside its samples, by its name; in memory only, as told last. */
export interface MetadataStore {
  readonly set: (metric: string, metadata: MetricMetadata) => void;
  readonly get: (metric: string) => MetricMetadata | undefined;
  /** All metrics, in the order they were first told. */
  readonly entries: () => IterableIterator<[string, MetricMetadata]>;
  readonly size: () => number;
}

/** A store that knows of no metric yet. */
export function createMetadataStore(): MetadataStore {
  const byMetric = new Map<string, MetricMetadata>();
  return {
    set: (metric, metadata) => {
      byMetric.set(metric, metadata);
    },
    get: (metric) => byMetric.get(metric),
    entries: () => byMetric.entries(),
    size: () => byMetric.size,
  };
}
