import {
  boolFlag,
  defineFlags,
  floatFlag,
  goDurationFlag,
  intFlag,
  logFlags,
  stringFlag,
  webFlags,
  type FlagsDefinition,
  type FlagShape,
} from "@ferula/flags";

const LATER = "Accepted, without effect yet.";
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
  ...webFlags(":9093"),
  "web.systemd-socket": boolFlag({
    help: "Use systemd socket activation listeners instead of port listeners. Not supported yet.",
    hidden: true,
  }),
  "web.external-url": stringFlag({
    help: "The URL under which Alertmanager is externally reachable. Its path is the prefix of all endpoints.",
  }),
  "web.route-prefix": stringFlag({ help: "Prefix for the internal routes of web endpoints. Defaults to path of --web.external-url." }),
  "web.get-concurrency": intFlag({
    help: "Maximum number of GET requests processed concurrently. Accepted for compatibility: reading never waits here.",
    default: 0,
  }),
  "web.timeout": goDurationFlag({ help: `Timeout for HTTP requests. ${LATER}`, default: 0 }),
  "auto-gomemlimit.ratio": floatFlag({ help: "Accepted for compatibility: it means something to Go only.", default: 0.9, hidden: true }),
  "cluster.listen-address": stringFlag({
    help: "Listen address for cluster. Clusters are not supported yet: this instance is always alone.",
    default: "0.0.0.0:9094",
  }),
  "cluster.peer": stringFlag({ help: "Initial peers (may be repeated). Clusters are not supported yet.", repeatable: true }),
  "cluster.advertise-address": stringFlag({ help: LATER, hidden: true }),
  "cluster.peer-name": stringFlag({ help: LATER, hidden: true }),
  "cluster.peer-timeout": goDurationFlag({ help: LATER, default: 15 * SECOND, hidden: true }),
  "cluster.peers-resolve-timeout": goDurationFlag({ help: LATER, default: 15 * SECOND, hidden: true }),
  "cluster.gossip-interval": goDurationFlag({ help: LATER, default: 200, hidden: true }),
  "cluster.pushpull-interval": goDurationFlag({ help: LATER, default: 60 * SECOND, hidden: true }),
  "cluster.tcp-timeout": goDurationFlag({ help: LATER, default: 10 * SECOND, hidden: true }),
  "cluster.probe-timeout": goDurationFlag({ help: LATER, default: 500, hidden: true }),
  "cluster.probe-interval": goDurationFlag({ help: LATER, default: SECOND, hidden: true }),
  "cluster.settle-timeout": goDurationFlag({ help: LATER, default: 60 * SECOND, hidden: true }),
  "cluster.reconnect-interval": goDurationFlag({ help: LATER, default: 10 * SECOND, hidden: true }),
  "cluster.reconnect-timeout": goDurationFlag({ help: LATER, default: 6 * 3600 * SECOND, hidden: true }),
  "cluster.tls-config": stringFlag({ help: LATER, hidden: true }),
  "cluster.allow-insecure-public-advertise-address-discovery": boolFlag({ help: LATER, hidden: true }),
  "cluster.label": stringFlag({ help: LATER, hidden: true }),
  "log.silences": boolFlag({ help: LATER }),
  "alerts.per-alertname-limit": intFlag({ help: LATER, default: 0 }),
  "dispatch.start-delay": goDurationFlag({ help: LATER, default: 0 }),
  "enable-feature": stringFlag({ help: "Comma-separated features to enable.", repeatable: true }),
  ...logFlags(),
};

/** The command line. */
export const flagsDefinition: FlagsDefinition<typeof flags> = defineFlags({
  program: "alertmanager",
  help: "The Alertmanager handles alerts sent by client applications such as the Prometheus server.",
  flags,
} satisfies FlagsDefinition<FlagShape>);
