/** The severities, from the chattiest to the gravest, as they are written on the command line. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** A severity. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Reads a level in any case. Throws RangeError `unrecognized log level x`, upstream's words, for anything else. */
export function parseLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((name) => name === text.toLowerCase());
  if (level === undefined) throw new RangeError(`unrecognized log level ${text}`);
  return level;
}

/** The place of `level` in LOG_LEVELS; a line is written when its rank is not below the logger's. */
export function levelRank(level: LogLevel): number {
  return LOG_LEVELS.indexOf(level);
}
