/** `scrape_failure_log_file`: a line for each scrape whose body could not be fetched. */
export interface FailureLog {
  /** Never throws. */
  readonly write: (job: string, targetUrl: string, message: string) => void;
  readonly close: () => void;
}

/** Opens the file at `path`. Throws when it can't. */
export type OpenFailureLog = (path: string) => FailureLog;

/** The logs of all jobs: those that name the same file share it. */
export interface FailureLogs {
  /** Opens each of `paths` anew, as whoever rotates a file waits for it; "" is none. Throws when one can't be opened; then all stay as they were. */
  readonly open: (paths: readonly string[]) => void;
  /** Undefined where the file is not one of those that were opened last. */
  readonly at: (path: string) => FailureLog | undefined;
  readonly close: () => void;
}

/** No logs at first. */
export function createFailureLogs(openLog: OpenFailureLog): FailureLogs {
  let logs: ReadonlyMap<string, FailureLog> = new Map();

  function closeAll(all: ReadonlyMap<string, FailureLog>): void {
    for (const log of all.values()) log.close();
  }

  return {
    open(paths) {
      const opened = new Map<string, FailureLog>();
      try {
        for (const path of paths) if (path !== "" && !opened.has(path)) opened.set(path, openLog(path));
      } catch (error) {
        closeAll(opened);
        throw error;
      }
      closeAll(logs);
      logs = opened;
    },
    at: (path) => logs.get(path),
    close() {
      closeAll(logs);
      logs = new Map();
    },
  };
}
