/** What upstream's mixin warns of: the condition of an alert, about the metrics of `job="self"`. */
export interface MixinAlert {
  readonly name: string;
  readonly expr: string;
  /** It is about all of five minutes, and is looked at over seconds where it shall be true. */
  readonly isSlow?: boolean;
  /** Which scenario makes it true, or why none does. In all others it is not. */
  readonly when: Scenario | { readonly never: string };
}

/** How a server is made to run. */
export type Scenario = "healthy" | "failing" | "lonely";

const SELF = '{job="self"}';
const REMOTE = "prometheus_remote_storage_";
const NOT_SENT = { never: "samples are not yet sent by remote write" };
const NO_GROUP = { never: "one server scrapes itself: it can't see a group go down" };

function grew(name: string, window = "5m"): string {
  return `increase(${name}${SELF}[${window}]) > 0`;
}

/** Of alerts that were to be sent, the percentage that could not be. */
const SENDING_FAILS = `100 * (rate(prometheus_notifications_errors_total${SELF}[5m]) / rate(prometheus_notifications_sent_total${SELF}[5m]))`;

const RATE_OF_FAILED = `(rate(${REMOTE}failed_samples_total${SELF}[5m]) or rate(${REMOTE}samples_failed_total${SELF}[5m]))`;
const RATE_OF_SENT = `(rate(${REMOTE}succeeded_samples_total${SELF}[5m]) or rate(${REMOTE}samples_total${SELF}[5m]))`;

/** What has something to ingest. */
const HAS_WORK = `(sum without (scrape_job) (prometheus_target_metadata_cache_entries${SELF}) > 0 or sum without (rule_group) (prometheus_rule_group_rules${SELF}) > 0)`;

const STARTS = "changes(process_start_time_seconds";
const SERVERS = `count by (cluster) (up${SELF})`;

/** The 27 of 3.14 (documentation/prometheus-mixin/alerts.libsonnet), each as long as it would have to be true left out. */
export const MIXIN_ALERTS: readonly MixinAlert[] = [
  { name: "BadConfig", expr: `max_over_time(prometheus_config_last_reload_successful${SELF}[5m]) == 0`, isSlow: true, when: "failing" },
  { name: "SDRefreshFailure", expr: grew("prometheus_sd_refresh_failures_total", "10m"), when: "failing" },
  { name: "KubernetesListWatchFailures", expr: grew("prometheus_sd_kubernetes_failures_total"), when: "failing" },
  {
    name: "NotificationQueueRunningFull",
    expr: `predict_linear(prometheus_notifications_queue_length${SELF}[5m], 1800) > on () group_left () min_over_time(prometheus_notifications_queue_capacity${SELF}[5m])`,
    when: { never: "a queue that is tried and dropped at once does not grow" },
  },
  { name: "ErrorSendingAlertsToSomeAlertmanagers", expr: `${SENDING_FAILS} > 1`, when: "failing" },
  { name: "ErrorSendingAlertsToAnyAlertmanager", expr: `min without (alertmanager) (${SENDING_FAILS}) > 3`, when: "failing" },
  { name: "ErrorSendingAlertsToAnyAlertmanager of a group", expr: `min by (cluster) (${SENDING_FAILS}) > 3`, when: "failing" },
  {
    name: "NotConnectedToAlertmanagers",
    expr: `max_over_time(prometheus_notifications_alertmanagers_discovered${SELF}[5m]) < 1`,
    when: "lonely",
  },
  { name: "TSDBReloadsFailing", expr: grew("prometheus_tsdb_reloads_failures_total", "3h"), when: { never: "the blocks are sound" } },
  {
    name: "TSDBCompactionsFailing",
    expr: grew("prometheus_tsdb_compactions_failed_total", "3h"),
    when: { never: "the first compaction is hours away" },
  },
  {
    name: "NotIngestingSamples",
    expr: `sum without (type) (rate(prometheus_tsdb_head_samples_appended_total${SELF}[5m])) <= 0 and ${HAS_WORK}`,
    when: { never: "a server that scrapes itself ingests samples" },
  },
  {
    name: "DuplicateTimestamps",
    expr: `rate(prometheus_target_scrapes_sample_duplicate_timestamp_total${SELF}[5m]) > 0`,
    when: "failing",
  },
  { name: "OutOfOrderTimestamps", expr: `rate(prometheus_target_scrapes_sample_out_of_order_total${SELF}[5m]) > 0`, when: "failing" },
  { name: "RemoteStorageFailures", expr: `100 * (${RATE_OF_FAILED} / (${RATE_OF_FAILED} + ${RATE_OF_SENT})) > 1`, when: NOT_SENT },
  {
    name: "RemoteWriteBehind",
    expr: `max_over_time(${REMOTE}queue_highest_timestamp_seconds${SELF}[5m]) - max_over_time(${REMOTE}queue_highest_sent_timestamp_seconds${SELF}[5m]) > 120`,
    when: NOT_SENT,
  },
  {
    name: "RemoteWriteDesiredShards",
    expr: `max_over_time(${REMOTE}shards_desired${SELF}[5m]) > max_over_time(${REMOTE}shards_max${SELF}[5m])`,
    when: NOT_SENT,
  },
  { name: "RuleFailures", expr: grew("prometheus_rule_evaluation_failures_total"), when: "failing" },
  { name: "MissingRuleEvaluations", expr: grew("prometheus_rule_group_iterations_missed_total"), when: "failing" },
  { name: "TargetLimitHit", expr: grew("prometheus_target_scrape_pool_exceeded_target_limit_total"), when: "failing" },
  { name: "LabelLimitHit", expr: grew("prometheus_target_scrape_pool_exceeded_label_limits_total"), when: "failing" },
  { name: "ScrapeBodySizeLimitHit", expr: grew("prometheus_target_scrapes_exceeded_body_size_limit_total"), when: "failing" },
  { name: "ScrapeSampleLimitHit", expr: grew("prometheus_target_scrapes_exceeded_sample_limit_total"), when: "failing" },
  { name: "TargetSyncFailure", expr: grew("prometheus_target_sync_failed_total", "30m"), when: "failing" },
  {
    name: "HighQueryLoad",
    expr: `avg_over_time(prometheus_engine_queries${SELF}[5m]) / max_over_time(prometheus_engine_queries_concurrent_max${SELF}[5m]) > 0.8`,
    when: { never: "it takes minutes of queries without a pause" },
  },
  {
    name: "HAGroupNotIngestingSamples",
    expr: `max by (cluster) (rate(prometheus_tsdb_head_samples_appended_total${SELF}[5m]) and ${HAS_WORK}) <= 0`,
    when: NO_GROUP,
  },
  { name: "HAGroupDown", expr: `count by (cluster) (avg_over_time(up${SELF}[5m]) < 0.5) / ${SERVERS} > 0.5`, when: NO_GROUP },
  {
    name: "HAGroupCrashlooping",
    expr: `(prometheus_tsdb_clean_start${SELF} == 0 and on (cluster) count by (cluster) (${STARTS}${SELF}[1h]) > 1) / ${SERVERS} > 0.5) or count by (cluster) (${STARTS}${SELF}[30m]) > 4) / ${SERVERS} > 0.5`,
    when: NO_GROUP,
  },
];
