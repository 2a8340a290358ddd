import { goJsonString } from "../answer/go-json.ts";
import type { Logger } from "@ferula/logging";
import type { Files, OpenFile } from "@ferula/files";

/** The queries that run, in a file that tells after a crash which ones did. */
export interface ActiveQueries {
  /** Notes a query until the function that it returns is called. A file that can't be written costs no query its answer. */
  readonly note: (text: string) => () => void;
  readonly close: () => void;
}

/** What the file is made with. */
export interface ActiveQueriesOptions {
  readonly files: Pick<Files, "makeFolder" | "open" | "readFile" | "stat">;
  /** The folder of the storage. */
  readonly dir: string;
  /** How many queries there is room for. */
  readonly maxConcurrency: number;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

/** The room of a query (promql/query_logger.go `entrySize`). */
const ENTRY_BYTES = 1000;
/** The last byte of an entry ends it for readers. */
const ENTRY_ROOM = ENTRY_BYTES - 1;
const COMMA = 0x2c;

/**
 * Makes `queries.active` anew, having logged what the former run left in it. Its format is upstream's: a `[`, then room for each query: its
 * JSON, zeros, a comma; zeros alone where there is none. Throws when it can't be made.
 */
export function openActiveQueries({ files, dir, maxConcurrency, nowMs, logger }: ActiveQueriesOptions): ActiveQueries {
  files.makeFolder(dir);
  const path = `${dir}/queries.active`;
  const sizeBytes = 1 + maxConcurrency * ENTRY_BYTES;
  logUnfinished(files, path, sizeBytes, logger);
  const file = files.open(path, "create");
  startFile(file, sizeBytes);
  const free = Array.from({ length: maxConcurrency }, (_unused, i) => 1 + i * ENTRY_BYTES).toReversed();
  let isBroken = false;

  function write(bytes: Uint8Array, position: number): void {
    try {
      file.write(bytes, position);
      isBroken = false;
    } catch (error) {
      if (!isBroken) logger.error("Cannot write the file of active queries", { file: path, err: error });
      isBroken = true;
    }
  }

  return {
    note(text) {
      const position = free.pop();
      if (position === undefined) return () => undefined;
      write(entryOf(text, Math.floor(nowMs() / 1000)), position);
      return () => {
        write(NO_ENTRY, position);
        free.push(position);
      };
    },
    close: () => file.close(),
  };
}

const NO_ENTRY = new Uint8Array(ENTRY_BYTES);
const encoder = new TextEncoder();

function startFile(file: OpenFile, sizeBytes: number): void {
  try {
    const bytes = new Uint8Array(sizeBytes);
    bytes[0] = "[".charCodeAt(0);
    file.write(bytes, 0);
    file.sync();
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The text is cut, between characters, to what has room; upstream does not count what JSON adds to it, and writes over the next entry. */
function entryOf(text: string, seconds: number): Uint8Array {
  const entry = new Uint8Array(ENTRY_BYTES);
  const tail = `,"timestamp_sec":${seconds}}`;
  const head = `{"query":"`;
  const body = jsonPrefix(text, ENTRY_ROOM - head.length - tail.length - 1);
  encoder.encodeInto(`${head}${body}"${tail}`, entry);
  entry[ENTRY_ROOM] = COMMA;
  return entry;
}

const ASCII = /^[ -~]*$/;

/** The characters of `text` as they stand in JSON, as many of them as `roomBytes` hold. */
function jsonPrefix(text: string, roomBytes: number): string {
  // Fast path: most queries are a byte a character, and short.
  const whole = text.length <= roomBytes && ASCII.test(text) ? goJsonString(text).slice(1, -1) : undefined;
  if (whole !== undefined && whole.length <= roomBytes) return whole;
  let prefix = "";
  let sizeBytes = 0;
  for (const char of text) {
    const escaped = goJsonString(char).slice(1, -1);
    sizeBytes += encoder.encode(escaped).length;
    if (sizeBytes > roomBytes) break;
    prefix += escaped;
  }
  return prefix;
}

function logUnfinished(files: ActiveQueriesOptions["files"], path: string, sizeBytes: number, logger: Logger): void {
  try {
    if (files.stat(path) === undefined) return;
    const text = new TextDecoder().decode(files.readFile(path).subarray(0, sizeBytes)).replaceAll("\0", "");
    if (text.length <= 1) return;
    logger.info("These queries didn't finish in prometheus' last run:", { queries: `${text.slice(0, -1)}]` });
  } catch (error) {
    logger.error("Failed to read query log file", { err: error });
  }
}
