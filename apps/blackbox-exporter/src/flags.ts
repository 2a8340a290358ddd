import {
  boolFlag,
  defineFlags,
  enumFlag,
  floatFlag,
  intFlag,
  logFlags,
  stringFlag,
  toolkitFlags,
  type FlagsDefinition,
  type FlagShape,
} from "@ferula/flags";
import { LOG_LEVELS } from "@ferula/logging";

const flags = {
  "config.file": stringFlag({ help: "Blackbox exporter configuration file.", default: "blackbox.yml" }),
  "timeout-offset": floatFlag({ help: "Offset to subtract from timeout in seconds.", default: 0.5 }),
  "config.check": boolFlag({ help: "If true validate the config file and then exit." }),
  "config.enable-auto-reload": boolFlag({ help: "Reload the configuration file when it changes.", support: "refused" }),
  "config.auto-reload-interval": intFlag({
    help: "Seconds between two looks at the configuration file.",
    default: 30,
    support: "without-effect",
  }),
  "log.prober": enumFlag(LOG_LEVELS, { help: "Log level of probe requests.", default: "info" }),
  "history.limit": intFlag({ help: "The maximum amount of items to keep in the history.", default: 100 }),
  "web.external-url": stringFlag({ help: "The URL under which Blackbox exporter is externally reachable." }),
  "web.route-prefix": stringFlag({ help: "Prefix for the internal routes of web endpoints. Defaults to path of --web.external-url." }),
  ...toolkitFlags(":9115"),
  ...logFlags(),
};

/** The command line. */
export const flagsDefinition: FlagsDefinition<typeof flags> = defineFlags({
  program: "blackbox_exporter",
  help: "Probes endpoints from outside.",
  flags,
} satisfies FlagsDefinition<FlagShape>);
