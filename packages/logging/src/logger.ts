import { errorText } from "./error-text.ts";
import { formatJson } from "./format-json.ts";
import { formatLogfmt } from "./format-logfmt.ts";
import type { LogFormat } from "./format.ts";
import { levelRank, type LogLevel } from "./level.ts";

/**
 * The value of a field. Texts, numbers, bigints, booleans, dates (RFC 3339), errors (see errorText), arrays and plain objects are
 * printed as one expects; null and undefined print as `<nil>` in logfmt and null in JSON. It is `unknown` so that what a `catch`
 * caught can be passed on as it is.
 */
export type LogValue = unknown;

/** Fields by name. The field `source`, where it came from, is printed before the message. */
export type LogFields = Readonly<Record<string, LogValue>>;

/** Writes one line a call, never throws and never splits a line. */
export interface Logger {
  readonly debug: (message: string, fields?: LogFields) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
  /** A logger that puts `fields` on every line, before those of the call: `logger.with({ component: "scrape" })`. */
  readonly with: (fields: LogFields) => Logger;
  /** Whether lines of this level are written; asks before fields that are dear to compute. */
  readonly isEnabled: (level: LogLevel) => boolean;
}

/** What a logger is made of. */
export interface LoggerOptions {
  /** Lines below this level are left out. Default `info`. */
  readonly level?: LogLevel;
  /** Default `logfmt`. */
  readonly format?: LogFormat;
  /** Takes one line with its line break. Default: standard error. */
  readonly write?: (line: string) => void;
  /** Default: the machine's clock. */
  readonly nowMs?: () => number;
}

/** Makes the root logger of a program. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const format = options.format === "json" ? formatJson : formatLogfmt;
  const write = options.write ?? writeToStderr;
  const nowMs = options.nowMs ?? Date.now;
  const lowestRank = levelRank(options.level ?? "info");

  const loggerWith = (source: unknown, own: readonly (readonly [string, unknown])[]): Logger => {
    const logAt = (level: LogLevel): Logger["info"] => {
      if (levelRank(level) < lowestRank) return ignore;
      return (message, fields) => {
        const timeMs = nowMs();
        write(`${lineOf(message, fields, timeMs)}\n`);
      };

      function lineOf(message: string, fields: LogFields | undefined, timeMs: number): string {
        try {
          return format({ timeMs, level, source: sourceOf(fields, source), message, fields: [...own, ...fieldsOf(fields)] });
        } catch (error) {
          // A getter that throws, or what a caller without types passes on; it must not cost the caller its work, nor the reader the line.
          return format({ timeMs, level, source: undefined, message: errorText(message), fields: [["!ERROR", errorText(error)]] });
        }
      }
    };
    return {
      debug: logAt("debug"),
      info: logAt("info"),
      warn: logAt("warn"),
      error: logAt("error"),
      with: (fields) => loggerWith(sourceOf(fields, source), [...own, ...fieldsOf(fields)]),
      isEnabled: (level) => levelRank(level) >= lowestRank,
    };
  };
  return loggerWith(undefined, []);
}

/** A logger that writes nothing. */
export const noLogger: Logger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  with: () => noLogger,
  isEnabled: () => false,
};

function sourceOf(fields: LogFields | null | undefined, inherited: unknown): unknown {
  return Object.hasOwn(fields ?? {}, "source") ? fields?.["source"] : inherited;
}

function fieldsOf(fields: LogFields | null | undefined): [string, unknown][] {
  return Object.entries(fields ?? {}).filter(([name]) => name !== "source");
}

function writeToStderr(line: string): void {
  process.stderr.write(line);
}

function ignore(): void {
  // Lines of this level are not wanted.
}
