import { LOG_FORMATS, LOG_LEVELS, type LogFormat, type LogLevel } from "@ferula/logging";
import type { Flag } from "./flag.ts";
import { boolFlag, enumFlag, stringFlag } from "./flag-kinds.ts";

/** The flags of every program that logs. */
export interface LogFlags {
  readonly "log.level": Flag<LogLevel>;
  readonly "log.format": Flag<LogFormat>;
}

/** The flags of every program that serves HTTP. */
export interface WebFlags {
  readonly "web.listen-address": Flag<readonly string[]>;
  readonly "web.config.file": Flag<string>;
}

/** The flags of the exporters, the Alertmanager and the Pushgateway: upstream's exporter-toolkit. */
export interface ToolkitFlags extends WebFlags {
  readonly "web.systemd-socket": Flag<boolean>;
}

/** `--log.level` and `--log.format`, to be spread into a program's flags. */
export function logFlags(): LogFlags {
  const level = enumFlag(LOG_LEVELS, {
    help: `Only log messages with the given severity or above. One of: [${LOG_LEVELS.join(", ")}]`,
    default: "info",
  });
  return {
    // As common's promslog has it: no other word is taken in capitals.
    "log.level": { ...level, read: (texts) => level.read(texts.map((text) => text.toLowerCase())) },
    "log.format": enumFlag(LOG_FORMATS, { help: `Output format of log messages. One of: [${LOG_FORMATS.join(", ")}]`, default: "logfmt" }),
  };
}

/** `--web.listen-address` (repeatable, default `defaultAddress`) and `--web.config.file`, to be spread into a program's flags. */
export function webFlags(defaultAddress: string): WebFlags {
  return {
    "web.listen-address": stringFlag({
      help: "Address, host:port, on which to serve the API, the pages and the metrics. Can be repeated.",
      default: [defaultAddress],
      repeatable: true,
    }),
    "web.config.file": stringFlag({ help: "Path to the configuration file that switches on TLS or authentication.", default: "" }),
  };
}

/** `--web.systemd-socket` and those of `webFlags`, to be spread into a program's flags. */
export function toolkitFlags(defaultAddress: string): ToolkitFlags {
  return {
    "web.systemd-socket": boolFlag({ help: "Use systemd socket activation listeners instead of port listeners (Linux only)." }),
    ...webFlags(defaultAddress),
  };
}
