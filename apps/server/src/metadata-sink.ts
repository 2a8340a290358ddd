import type { MetricMetadata } from "@ferula/model";
import type { MetadataSink } from "@ferula/scrape";
import type { MetadataStore } from "@ferula/tsdb";

const NOTHING: MetricMetadata = { type: "unknown", help: "", unit: "" };

/** Puts what scrapes tell of metrics, one part at a time, into `store`. The latest word counts, from whichever target it comes. */
export function metadataSink(store: Pick<MetadataStore, "get" | "set">): MetadataSink {
  const add = (metric: string, part: Partial<MetricMetadata>): void => store.set(metric, { ...NOTHING, ...store.get(metric), ...part });
  return {
    type: (metric, type) => add(metric, { type }),
    help: (metric, help) => add(metric, { help }),
    unit: (metric, unit) => add(metric, { unit }),
  };
}
