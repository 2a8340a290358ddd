import {
  boolFlag,
  bytesFlag,
  defineFlags,
  durationFlag,
  floatFlag,
  goDurationFlag,
  intFlag,
  logFlags,
  stringFlag,
  type FlagsDefinition,
  type FlagShape,
  type FlagValues,
} from "@ferula/flags";
import { defaultScrapeOptions } from "@ferula/scrape";
import { featureNames } from "../enabled-features.ts";
import { storageFlagRows } from "./storage-flags.ts";
import { webFlagRows } from "./web-flags.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Every flag of upstream's (cmd/prometheus/main.go) is here, so that a command line can be kept; and ours. */
const flags = {
  "config.file": stringFlag({ help: "Prometheus configuration file path.", default: "prometheus.yml" }),
  "config.auto-reload": boolFlag({ help: "Enable automatic configuration file reloading. See also --config.auto-reload-interval." }),
  "config.auto-reload-interval": durationFlag({
    help: "How often to look for changes of the configuration file, and of those that it names; a second at least. Only used when --config.auto-reload is set.",
    default: 30 * SECOND,
  }),
  ...webFlagRows,
  ...storageFlagRows,
  "rules.alert.for-outage-tolerance": durationFlag({
    help: 'Max time to tolerate prometheus outage for restoring "for" state of alert.',
    default: HOUR,
  }),
  "rules.alert.for-grace-period": durationFlag({
    help: 'Minimum duration between alert and restored "for" state, for alerts whose "for" is longer than it.',
    default: 10 * MINUTE,
  }),
  "rules.alert.resend-delay": durationFlag({
    help: "Minimum amount of time to wait before resending an alert to Alertmanager.",
    default: MINUTE,
  }),
  "rules.max-concurrent-evals": intFlag({
    help: 'Global concurrency limit for independent rules that can run concurrently. When set, "query.max-concurrency" may need to be adjusted accordingly.',
    default: 4,
  }),
  "scrape.adjust-timestamps": boolFlag({
    help: "Move scrape timestamps by up to --scrape.timestamp-tolerance to the intended schedule.",
    default: true,
    hidden: true,
  }),
  "scrape.timestamp-tolerance": goDurationFlag({ help: "Timestamp tolerance.", default: 2, hidden: true }),
  "scrape.body-size-ceiling": bytesFlag({
    help: "The most bytes that the body of a scrape may have where no body_size_limit is configured; 0 takes any.",
    default: defaultScrapeOptions.bodyCeilingBytes,
  }),
  "scrape.discovery-reload-interval": durationFlag({
    help: "Interval used by scrape manager to throttle target groups updates.",
    default: 5 * SECOND,
    hidden: true,
  }),
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
  "enable-feature": stringFlag({
    help: `Comma separated feature names to enable: ${featureNames.join(", ")}.`,
    repeatable: true,
  }),
  agent: boolFlag({ help: "Run Prometheus in 'Agent mode'.", support: "refused" }),
  "auto-gomaxprocs": boolFlag({
    help: "Set the number of Go's threads by the quota of the container.",
    default: true,
    hidden: true,
    support: "ignored",
  }),
  "auto-gomemlimit": boolFlag({ help: "Set Go's memory limit by that of the container.", default: true, hidden: true, support: "ignored" }),
  "auto-gomemlimit.ratio": floatFlag({ help: "The share of the container's memory.", default: 0.9, hidden: true, support: "ignored" }),
  "auto-gomemlimit.refresh-interval": durationFlag({
    help: "How often to look at it again.",
    default: 0,
    hidden: true,
    support: "ignored",
  }),
  "write-documentation": boolFlag({ help: "Generate command line documentation.", hidden: true }),
  ...logFlags(),
};

/** The command line. */
export const flagsDefinition: FlagsDefinition<typeof flags> = defineFlags({
  program: "prometheus",
  help: "The Prometheus monitoring server",
  flags,
} satisfies FlagsDefinition<FlagShape>);

/** The values of all flags. */
export type Values = FlagValues<typeof flags>;
