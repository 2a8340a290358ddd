import {
  boolFlag,
  defineFlags,
  durationFlag,
  floatFlag,
  goDurationFlag,
  intFlag,
  logFlags,
  stringFlag,
  webFlags,
  type FlagsDefinition,
  type FlagShape,
} from "@ferula/flags";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Flags that upstream has and that mean nothing here: they are accepted, so that a command line can be kept. */
const ACCEPTED = "Accepted for compatibility: it means something to Go only.";
const LATER = "Accepted, without effect yet.";

const flags = {
  "config.file": stringFlag({ help: "Prometheus configuration file path.", default: "prometheus.yml" }),
  ...webFlags("0.0.0.0:9090"),
  "web.read-timeout": durationFlag({
    help: "Maximum duration before timing out read of the request, and closing idle connections.",
    default: 5 * MINUTE,
  }),
  "web.max-connections": intFlag({ help: "Maximum number of simultaneous connections across all listeners.", default: 512 }),
  "web.external-url": stringFlag({
    help: "The URL under which Prometheus is externally reachable. Its path is the prefix of all endpoints.",
  }),
  "web.route-prefix": stringFlag({ help: "Prefix for the internal routes of web endpoints. Defaults to path of --web.external-url." }),
  "web.user-assets": stringFlag({ help: LATER, hidden: true }),
  "web.enable-lifecycle": boolFlag({ help: "Enable shutdown and reload via HTTP request." }),
  "web.enable-admin-api": boolFlag({ help: LATER }),
  "web.enable-remote-write-receiver": boolFlag({ help: LATER, hidden: true }),
  "web.enable-otlp-receiver": boolFlag({ help: LATER, hidden: true }),
  "web.console.templates": stringFlag({ help: LATER, default: "consoles", hidden: true }),
  "web.console.libraries": stringFlag({ help: LATER, default: "console_libraries", hidden: true }),
  "web.page-title": stringFlag({
    help: "Document title of Prometheus instance.",
    default: "Prometheus Time Series Collection and Processing Server",
  }),
  "web.cors.origin": stringFlag({ help: "Regex for CORS origin. It is fully anchored.", default: ".*" }),
  "storage.tsdb.path": stringFlag({ help: "Base path for metrics storage.", default: "data/" }),
  "storage.tsdb.retention.time": stringFlag({ help: "How long to retain samples in storage. Without effect yet: nothing is deleted." }),
  "storage.tsdb.retention.size": stringFlag({ help: LATER }),
  "storage.tsdb.no-lockfile": boolFlag({ help: "Do not create lockfile in data directory." }),
  "storage.tsdb.head-chunks-write-queue-size": intFlag({ help: LATER, default: 0, hidden: true }),
  "storage.tsdb.min-block-duration": durationFlag({ help: "The range after which a chunk is ended.", default: 2 * HOUR, hidden: true }),
  "storage.tsdb.max-block-duration": durationFlag({ help: LATER, hidden: true }),
  "storage.tsdb.wal-segment-size": stringFlag({ help: LATER, hidden: true }),
  "storage.tsdb.wal-compression": boolFlag({ help: LATER, hidden: true }),
  "storage.tsdb.wal-fsync": stringFlag({
    help: "When the write-ahead log is brought to the disk: segment (when one is full) or commit (before a scrape counts).",
    default: "segment",
  }),
  "rules.alert.for-outage-tolerance": durationFlag({ help: LATER, default: HOUR }),
  "rules.alert.for-grace-period": durationFlag({ help: LATER, default: 10 * MINUTE }),
  "rules.alert.resend-delay": durationFlag({
    help: "Minimum amount of time to wait before resending an alert to Alertmanager.",
    default: MINUTE,
  }),
  "rules.max-concurrent-evals": intFlag({ help: LATER, default: 4 }),
  "alertmanager.notification-queue-capacity": intFlag({
    help: "The capacity of the queue for pending Alertmanager notifications.",
    default: 10_000,
  }),
  "alertmanager.notification-batch-size": intFlag({
    help: "The maximum number of notifications per batch to send to the Alertmanager.",
    default: 256,
  }),
  "alertmanager.drain-notification-queue-on-shutdown": boolFlag({
    help: "Send any outstanding Alertmanager notifications when shutting down.",
    default: true,
  }),
  "query.lookback-delta": durationFlag({
    help: "The maximum lookback duration for retrieving metrics during expression evaluations.",
    default: 5 * MINUTE,
  }),
  "query.timeout": durationFlag({ help: "Maximum time a query may take before being aborted.", default: 2 * MINUTE }),
  "query.max-concurrency": intFlag({ help: "Maximum number of queries executed concurrently.", default: 20 }),
  "query.max-samples": intFlag({ help: "Maximum number of samples a single query can load into memory.", default: 50_000_000 }),
  "query.workers": intFlag({
    help: "Threads that evaluate queries; 0 is one less than there are processors, but at least one.",
    default: 0,
  }),
  "enable-feature": stringFlag({ help: "Comma separated feature names to enable.", repeatable: true }),
  agent: boolFlag({ help: "Run Prometheus in agent mode. Not supported yet." }),
  "auto-gomaxprocs": boolFlag({ help: ACCEPTED, default: true, hidden: true }),
  "auto-gomemlimit": boolFlag({ help: ACCEPTED, default: true, hidden: true }),
  "auto-gomemlimit.ratio": floatFlag({ help: ACCEPTED, default: 0.9, hidden: true }),
  "scrape.discovery-reload-interval": goDurationFlag({
    help: "Interval used by scrape manager to throttle target groups updates.",
    default: 5000,
    hidden: true,
  }),
  ...logFlags(),
};

/** The command line. */
export const flagsDefinition: FlagsDefinition<typeof flags> = defineFlags({
  program: "prometheus",
  help: "The Prometheus monitoring server",
  flags,
} satisfies FlagsDefinition<FlagShape>);
