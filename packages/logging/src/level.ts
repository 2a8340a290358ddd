/** The severities, from the chattiest to the gravest, as they are written on the command line. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** A severity. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The place of `level` in LOG_LEVELS; a line is written when its rank is not below the logger's. */
export function levelRank(level: LogLevel): number {
  return LOG_LEVELS.indexOf(level);
}
