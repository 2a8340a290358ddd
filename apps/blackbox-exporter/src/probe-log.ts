import { createLogger, type Logger, type LogLevel } from "@ferula/logging";

/** The log of one probe: it goes to the process's log and is kept for the debug page. */
export interface ProbeLog {
  readonly logger: Logger;
  readonly text: () => string;
}

/** Makes the log of a probe; every line carries `fields` and goes to `write`, its end included. */
export function createProbeLog(level: LogLevel, fields: Readonly<Record<string, unknown>>, write: (line: string) => void): ProbeLog {
  const lines: string[] = [];
  const logger = createLogger({
    level,
    write(line) {
      lines.push(line);
      write(line);
    },
  }).with(fields);
  return { logger, text: () => lines.join("") };
}
