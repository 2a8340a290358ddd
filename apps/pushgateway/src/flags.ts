import {
  boolFlag,
  defineFlags,
  goDurationFlag,
  logFlags,
  stringFlag,
  toolkitFlags,
  type FlagsDefinition,
  type FlagValues,
} from "@ferula/flags";

const flags = {
  ...toolkitFlags(":9091"),
  "web.telemetry-path": stringFlag({ help: "Path under which to expose metrics.", default: "/metrics" }),
  "web.external-url": stringFlag({ help: "The URL under which the Pushgateway is externally reachable.", default: "" }),
  "web.route-prefix": stringFlag({
    help: "Prefix for the internal routes of web endpoints. Defaults to the path of --web.external-url.",
    default: "",
  }),
  "web.enable-lifecycle": boolFlag({ help: "Enable shutdown via HTTP request." }),
  "web.enable-admin-api": boolFlag({ help: "Enable API endpoints for admin control actions." }),
  "persistence.file": stringFlag({
    help: "File to persist metrics. If empty, metrics are only kept in memory. A journal is kept beside it.",
    default: "",
  }),
  "persistence.interval": goDurationFlag({ help: "The minimum interval at which to write out the persistence file.", default: 300_000 }),
  "push.disable-consistency-check": boolFlag({ help: "Do not check consistency of pushed metrics. DANGEROUS." }),
  "push.enable-utf8-names": boolFlag({ help: "Allow UTF-8 characters in metric and label names." }),
  ...logFlags(),
};

/** The command line of the Pushgateway. */
export const flagsDefinition: FlagsDefinition<typeof flags> = defineFlags({
  program: "pushgateway",
  help: "Keeps the metrics that short-lived jobs push, for Prometheus to scrape.",
  flags,
});

/** The values of the command line by flag. */
export type GatewayFlags = FlagValues<typeof flags>;
