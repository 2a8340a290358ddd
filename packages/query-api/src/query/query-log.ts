import { fileErrorText, type Files, type OpenFile } from "@ferula/files";
import { createLogger, type Logger } from "@ferula/logging";
import type { QueryParams } from "@ferula/promql";
import type { Span } from "@ferula/tracing";

/** Who asked: a client by the API, or a group of rules. */
export type QueryOrigin =
  | { readonly httpRequest: { readonly clientIP: string; readonly method: string; readonly path: string } }
  | { readonly ruleGroup: { readonly file: string; readonly name: string } };

/** A query that has ended, as the log tells of it. */
export interface LoggedQuery {
  readonly text: string;
  readonly params: Pick<QueryParams, "startMs" | "endMs" | "stepMs">;
  /** Absent where it ended well. */
  readonly error: unknown;
  /** As the API answers them. */
  readonly stats: unknown;
  readonly origin: QueryOrigin | undefined;
  /** Absent while nothing is traced. */
  readonly span?: Pick<Span, "spanId" | "traceId"> | undefined;
}

/** `query_log_file`: a line of JSON for each query (promql/engine.go `exec`). */
export interface QueryLog {
  /** Opens the file, anew where it is open already; "" is none. Throws when it can't, and goes on with the former one. */
  readonly open: (path: string) => void;
  readonly isOn: () => boolean;
  /** Never throws; whether the line was written. Lines are with the operating system when it returns. */
  readonly write: (query: LoggedQuery) => boolean;
  readonly close: () => void;
}

/** What a log works with. */
export interface QueryLogOptions {
  readonly files: Pick<Files, "open">;
  readonly nowMs: () => number;
  /** Hears of lines that can't be written. */
  readonly logger: Logger;
}

/** A log without a file. */
export function createQueryLog({ files, nowMs, logger }: QueryLogOptions): QueryLog {
  let file: OpenFile | undefined;
  let isBroken = false;

  // At the end as it is now: who rotates the file may have cut it.
  const lines = createLogger({ format: "json", nowMs, write: (line) => file?.write(Buffer.from(line), file.size()) });

  function close(): void {
    try {
      file?.close();
    } catch (error) {
      logger.warn("Error while closing the previous query log file", { err: error });
    }
    file = undefined;
  }

  return {
    open(path) {
      const next = path === "" ? undefined : openLog(files, path);
      close();
      file = next;
    },
    isOn: () => file !== undefined,
    write(query) {
      if (file === undefined) return true;
      try {
        lines.info("promql query logged", fieldsOf(query));
        isBroken = false;
      } catch (error) {
        if (!isBroken) logger.error("can't log query", { err: error });
        isBroken = true;
      }
      return !isBroken;
    },
    close,
  };
}

function openLog(files: QueryLogOptions["files"], path: string): OpenFile {
  try {
    return files.open(path, "append");
  } catch (error) {
    throw new Error(`can't create json log file: ${fileErrorText(path, error)}`, { cause: error });
  }
}

/** The API takes times that are further away than a date can be. */
const MAX_DATE_MS = 8.64e15;

function dateOf(timeMs: number): string {
  return new Date(Math.min(Math.max(timeMs, -MAX_DATE_MS), MAX_DATE_MS)).toISOString();
}

const NO_SPAN = { spanId: "0".repeat(16), traceId: "0".repeat(32) };

function fieldsOf({ text, params, error, stats, origin, span = NO_SPAN }: LoggedQuery): Readonly<Record<string, unknown>> {
  return {
    params: {
      end: dateOf(params.endMs),
      query: text,
      start: dateOf(params.startMs),
      step: Math.floor(params.stepMs / 1000),
    },
    ...(error === undefined ? {} : { error }),
    stats,
    spanID: span.spanId,
    traceID: span.traceId,
    ...origin,
  };
}
