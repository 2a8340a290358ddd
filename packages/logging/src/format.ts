import type { LogLevel } from "./level.ts";

/** The formats of `--log.format`. */
export const LOG_FORMATS = ["logfmt", "json"] as const;

/** A format of log lines. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** One record before it becomes a line. */
export interface LogRecord {
  readonly timeMs: number;
  readonly level: LogLevel;
  /** Printed between level and message; undefined leaves the key out. */
  readonly source: unknown;
  readonly message: string;
  /** Name and value in turn: the logger's own fields first, then the call's. */
  readonly fields: readonly (readonly [string, unknown])[];
}
