import type { Response } from "express";
import { createDrain, isOver } from "./drain.ts";

/** The media type of an answer whose lines are JSON, see https://github.com/ndjson/ndjson-spec. */
export const NDJSON_TYPE = "application/x-ndjson";

/** How results are told. */
export interface BatchOptions {
  /** How many results are told; what comes beyond is only told of. */
  readonly limit: number;
  /** How many results make a line. */
  readonly batchSize: number;
}

/** Answers with lines of JSON: each a batch of results, the last one how it ended (web/api/v1/search.go `streamSearchResults`). */
export interface BatchWriter {
  /** Takes the next results, which are JSON. The promise is open while the client is slower than the search. */
  readonly add: (results: readonly string[]) => Promise<void>;
  readonly end: () => void;
  /** Tells in a last line what went wrong. Returns false, and has done nothing, while nothing is out: then an answer may have a status of its own. */
  readonly fail: (errorJson: string) => boolean;
}

const BATCH_HEAD = '{"results":[';
const BATCH_TAIL = "]}\n";

/** Nothing goes out before a second call of `add` or the end: most answers are small, and go out in one write, with their length. */
export function createBatchWriter(res: Response, { limit, batchSize }: BatchOptions): BatchWriter {
  const drained = createDrain(res);
  let held = "";
  let toldCount = 0;
  /** How many results the line has that was begun; 0 where none was. */
  let openCount = 0;
  let hasMore = false;

  function put(result: string): void {
    held += openCount === 0 ? BATCH_HEAD : ",";
    held += result;
    toldCount++;
    if (++openCount === batchSize) close();
  }

  function close(): void {
    held += BATCH_TAIL;
    openCount = 0;
  }

  function begin(): void {
    if (!res.headersSent) res.status(200).setHeader("Content-Type", `${NDJSON_TYPE}; charset=utf-8`);
  }

  function finish(line: string): void {
    const bytes = Buffer.from(`${held}${line}\n`);
    if (!res.headersSent) {
      begin();
      res.setHeader("Content-Length", bytes.length);
    }
    res.end(bytes);
  }

  return {
    async add(results) {
      if (isOver(res)) return;
      const before = held;
      held = "";
      for (let i = 0; i < results.length && !hasMore; i++) {
        if (toldCount === limit) hasMore = true;
        else put(results[i]);
      }
      if (before === "") return;
      begin();
      if (!res.write(before)) await drained();
    },
    end() {
      if (isOver(res)) return;
      // A search that found nothing has one batch, too.
      if (toldCount === 0) held = BATCH_HEAD;
      if (toldCount === 0 || openCount > 0) close();
      finish(`{"status":"success","has_more":${hasMore}}`);
    },
    fail(errorJson) {
      if (isOver(res)) return true;
      if (!res.headersSent) return false;
      if (openCount > 0) close();
      finish(errorJson);
      return true;
    },
  };
}
