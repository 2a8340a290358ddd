import {
  boolFlag,
  defineFlags,
  floatFlag,
  goDurationFlag,
  intFlag,
  logFlags,
  stringFlag,
  toolkitFlags,
  type FlagsDefinition,
  type FlagValues,
  type FlagShape,
  type RunFlags,
} from "@ferula/flags";

/** Of flags of a cluster, which there is none of yet. */
const LATER = { help: "Of the cluster.", hidden: true, support: "without-effect" } as const;
const SECOND = 1000;

const flags = {
  "config.file": stringFlag({ help: "Alertmanager configuration file name.", default: "alertmanager.yml" }),
  "storage.path": stringFlag({ help: "Base path for data storage.", default: "data/" }),
  "data.retention": goDurationFlag({ help: "How long to keep data for.", default: 120 * 3_600_000 }),
  "data.maintenance-interval": goDurationFlag({
    help: "Interval between garbage collection and snapshotting to disk of the silences and the notification logs.",
    default: 900_000,
  }),
  "silences.max-silences": intFlag({
    help: "Maximum number of silences, including expired silences. If negative or zero, no limit is set.",
    default: 0,
  }),
  "silences.max-silence-size-bytes": intFlag({
    help: "Maximum silence size in bytes. If negative or zero, no limit is set.",
    default: 0,
  }),
  "alerts.gc-interval": goDurationFlag({ help: "Interval between alert GC.", default: 1_800_000 }),
  "dispatch.maintenance-interval": goDurationFlag({
    help: "Interval between maintenance of aggregation groups in the dispatcher.",
    default: 30_000,
  }),
  ...toolkitFlags(":9093"),
  "web.external-url": stringFlag({
    help: "The URL under which Alertmanager is externally reachable. Its path is the prefix of all endpoints.",
  }),
  "web.route-prefix": stringFlag({ help: "Prefix for the internal routes of web endpoints. Defaults to path of --web.external-url." }),
  "web.get-concurrency": intFlag({
    help: "Maximum number of GET requests processed concurrently.",
    default: 0,
    support: "ignored",
  }),
  "web.timeout": goDurationFlag({ help: "Timeout for HTTP requests. If negative or zero, no timeout is set.", default: 0 }),
  "auto-gomemlimit.ratio": floatFlag({
    help: "Share of the memory that Go takes as its limit.",
    default: 0.9,
    hidden: true,
    support: "ignored",
  }),
  "cluster.listen-address": stringFlag({
    help: "Listen address for the cluster; this instance is always alone.",
    default: "0.0.0.0:9094",
    support: "without-effect",
  }),
  "cluster.peer": stringFlag({
    help: "Initial peers (may be repeated).",
    repeatable: true,
    support: "refused",
  }),
  "cluster.advertise-address": stringFlag(LATER),
  "cluster.peer-name": stringFlag(LATER),
  "cluster.peer-timeout": goDurationFlag({ ...LATER, default: 15 * SECOND }),
  "cluster.peers-resolve-timeout": goDurationFlag({ ...LATER, default: 15 * SECOND }),
  "cluster.gossip-interval": goDurationFlag({ ...LATER, default: 200 }),
  "cluster.pushpull-interval": goDurationFlag({ ...LATER, default: 60 * SECOND }),
  "cluster.tcp-timeout": goDurationFlag({ ...LATER, default: 10 * SECOND }),
  "cluster.probe-timeout": goDurationFlag({ ...LATER, default: 500 }),
  "cluster.probe-interval": goDurationFlag({ ...LATER, default: SECOND }),
  "cluster.settle-timeout": goDurationFlag({ ...LATER, default: 60 * SECOND }),
  "cluster.reconnect-interval": goDurationFlag({ ...LATER, default: 10 * SECOND }),
  "cluster.reconnect-timeout": goDurationFlag({ ...LATER, default: 6 * 3600 * SECOND }),
  "cluster.tls-config": stringFlag(LATER),
  "cluster.allow-insecure-public-advertise-address-discovery": boolFlag(LATER),
  "cluster.label": stringFlag(LATER),
  "log.silences": boolFlag({ help: "Log changes to silences." }),
  "alerts.per-alertname-limit": intFlag({
    help: "Maximum number of alerts per alertname. If negative or zero, no limit is set.",
    default: 0,
  }),
  "dispatch.start-delay": goDurationFlag({
    help: "Minimum time to wait after the start before alert groups are sent. Use it where Prometheus needs time to tell of its alerts again.",
    default: 0,
  }),
  "enable-feature": stringFlag({ help: "Comma-separated features to enable.", repeatable: true }),
  ...logFlags(),
};

/** The command line. */
export const flagsDefinition: FlagsDefinition<typeof flags> = defineFlags({
  program: "alertmanager",
  help: "The Alertmanager handles alerts sent by client applications such as the Prometheus server.",
  flags,
} satisfies FlagsDefinition<FlagShape>);

/** The values of the command line. */
export type Values = FlagValues<typeof flags>;

/** The flags that were given and do nothing yet. An empty listen address switches clusters off, which is what we do anyway. */
export function withoutEffect({ withoutEffect: names, values }: RunFlags<typeof flags>): readonly string[] {
  return names.filter((name) => name !== "cluster.listen-address" || values[name] !== "");
}
