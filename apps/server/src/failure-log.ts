import { fileErrorText, type Files, type OpenFile } from "@ferula/files";
import { createLogger, type Logger } from "@ferula/logging";
import type { FailureLog, OpenFailureLog } from "@ferula/scrape";

/** What logs of failed scrapes work with. */
export interface FailureLogDeps {
  readonly files: Pick<Files, "open">;
  readonly nowMs: () => number;
  /** Hears of lines that can't be written. */
  readonly logger: Logger;
}

/** Opens `scrape_failure_log_file`: a line of JSON for each scrape that failed (util/logging/file.go `NewJSONFileLogger`). */
export function failureLogOpener({ files, nowMs, logger }: FailureLogDeps): OpenFailureLog {
  return (path) => {
    const file = openFile(files, path);
    let isBroken = false;
    // At the end as it is now: who rotates the file may have cut it.
    const lines = createLogger({ format: "json", nowMs, write: (line) => file.write(Buffer.from(line), file.size()) });

    function tell(message: string, error: unknown): void {
      logger.error(message, { file: path, err: error });
    }

    const log: FailureLog = {
      write(job, targetUrl, message) {
        try {
          lines.error(message, { job_name: job, target: targetUrl });
          isBroken = false;
        } catch (error) {
          if (!isBroken) tell("can't log failed scrape", error);
          isBroken = true;
        }
      },
      close() {
        try {
          file.close();
        } catch (error) {
          tell("Error while closing the scrape failure log file", error);
        }
      },
    };
    return log;
  };
}

function openFile(files: FailureLogDeps["files"], path: string): OpenFile {
  try {
    return files.open(path, "append");
  } catch (error) {
    throw new Error(`can't create json log file: ${fileErrorText(path, error)}`, { cause: error });
  }
}
