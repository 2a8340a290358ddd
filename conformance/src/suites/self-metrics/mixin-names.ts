import type { FamilyType } from "@ferula/exposition";

/** A family that upstream's dashboards and alerts ask for. */
export interface MixinFamily {
  readonly name: string;
  readonly type: FamilyType;
  /** Of each of its series; `le` and `quantile` are not told. Default: none. */
  readonly labels?: readonly string[];
  /** Why it is not there. */
  readonly missing?: string;
}

const NOT_SENT = "samples are not yet sent by remote write";
const BEFORE_3 = "a name of version 1, not told by 3.14 either";

const QUEUE = ["remote_name", "url"];

/** A family of the queues that send samples. */
function queue(name: string, type: FamilyType, missing = NOT_SENT): MixinFamily {
  return { name: `prometheus_remote_storage_${name}`, type, labels: QUEUE, missing };
}

/**
 * What the mixin of 3.14 names (documentation/prometheus-mixin), in the order of the alphabet: 57 names of 55 families, as lines with
 * `_count` and `_sum` are of one.
 */
export const MIXIN_FAMILIES: readonly MixinFamily[] = [
  { name: "process_start_time_seconds", type: "gauge" },
  { name: "prometheus_build_info", type: "gauge", labels: ["branch", "goarch", "goos", "goversion", "tags", "version"] },
  { name: "prometheus_config_last_reload_successful", type: "gauge" },
  { name: "prometheus_engine_queries", type: "gauge" },
  { name: "prometheus_engine_queries_concurrent_max", type: "gauge" },
  { name: "prometheus_engine_query_duration_seconds", type: "summary", labels: ["slice"] },
  { name: "prometheus_notifications_alertmanagers_discovered", type: "gauge" },
  { name: "prometheus_notifications_errors_total", type: "counter", labels: ["alertmanager"] },
  { name: "prometheus_notifications_queue_capacity", type: "gauge" },
  { name: "prometheus_notifications_queue_length", type: "gauge", labels: ["alertmanager"] },
  { name: "prometheus_notifications_sent_total", type: "counter", labels: ["alertmanager"] },
  queue("dropped_samples_total", "counter", BEFORE_3),
  queue("enqueue_retries_total", "counter"),
  queue("failed_samples_total", "counter", BEFORE_3),
  queue("pending_samples", "gauge", BEFORE_3),
  queue("queue_highest_sent_timestamp_seconds", "gauge"),
  queue("queue_highest_timestamp_seconds", "gauge"),
  queue("retried_samples_total", "counter", BEFORE_3),
  queue("samples_dropped_total", "counter"),
  queue("samples_failed_total", "counter"),
  queue("samples_in_total", "counter"),
  queue("samples_pending", "gauge"),
  queue("samples_retried_total", "counter"),
  queue("samples_total", "counter"),
  queue("shard_capacity", "gauge"),
  queue("shards", "gauge"),
  queue("shards_desired", "gauge"),
  queue("shards_max", "gauge"),
  queue("shards_min", "gauge"),
  queue("succeeded_samples_total", "counter", BEFORE_3),
  { name: "prometheus_rule_evaluation_failures_total", type: "counter", labels: ["rule_group"] },
  { name: "prometheus_rule_group_iterations_missed_total", type: "counter", labels: ["rule_group"] },
  { name: "prometheus_rule_group_rules", type: "gauge", labels: ["rule_group"] },
  { name: "prometheus_sd_discovered_targets", type: "gauge", labels: ["config", "name"] },
  { name: "prometheus_sd_kubernetes_failures_total", type: "counter" },
  { name: "prometheus_sd_refresh_failures_total", type: "counter", labels: ["config", "mechanism"] },
  { name: "prometheus_target_interval_length_seconds", type: "summary", labels: ["interval"] },
  { name: "prometheus_target_metadata_cache_entries", type: "gauge", labels: ["scrape_job"] },
  { name: "prometheus_target_scrape_pool_exceeded_label_limits_total", type: "counter" },
  { name: "prometheus_target_scrape_pool_exceeded_target_limit_total", type: "counter" },
  { name: "prometheus_target_scrapes_exceeded_body_size_limit_total", type: "counter" },
  { name: "prometheus_target_scrapes_exceeded_sample_limit_total", type: "counter" },
  { name: "prometheus_target_scrapes_sample_duplicate_timestamp_total", type: "counter" },
  { name: "prometheus_target_scrapes_sample_out_of_bounds_total", type: "counter" },
  { name: "prometheus_target_scrapes_sample_out_of_order_total", type: "counter" },
  { name: "prometheus_target_sync_failed_total", type: "counter", labels: ["scrape_job"] },
  { name: "prometheus_target_sync_length_seconds", type: "summary", labels: ["scrape_job"] },
  { name: "prometheus_tsdb_clean_start", type: "gauge" },
  { name: "prometheus_tsdb_compactions_failed_total", type: "counter" },
  { name: "prometheus_tsdb_head_chunks", type: "gauge" },
  { name: "prometheus_tsdb_head_samples_appended_total", type: "counter", labels: ["type"] },
  { name: "prometheus_tsdb_head_series", type: "gauge" },
  { name: "prometheus_tsdb_reloads_failures_total", type: "counter" },
  { name: "prometheus_tsdb_wal_segment_current", type: "gauge" },
  { name: "prometheus_wal_watcher_current_segment", type: "gauge", labels: ["consumer"], missing: NOT_SENT },
];
