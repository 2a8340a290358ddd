import { Gauge, type Registry } from "@ferula/client";
import { abortOnDisconnect, isHttpError, readBody } from "@ferula/http";
import { createTimeSlice } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import { isPromError, type Labels, type Matcher } from "@ferula/model";
import type { SelectionSource, SeriesSelection } from "@ferula/storage";
import { isWireError, type ReadQueryMessage, WireError } from "@ferula/wire";
import { type Request, type RequestHandler, type Response, Router } from "express";
import { createAdmission } from "./admission.ts";
import type { AnswerForm, SelectedQuery } from "./answer.ts";
import type { AnswerThread } from "./answer-thread.ts";
import { withoutExternal } from "./external-labels.ts";
import {
  CORRUPT_BLOCK,
  decodeReadRequest,
  MOST_REQUEST_BYTES,
  readMatchers,
  type ReadForm,
  type ReadRequest,
  wantedTimes,
} from "./read-request.ts";

/** Selects what an answer is made of. */
export interface ChunkSelectionSource extends Pick<SelectionSource, "release"> {
  /** As `SelectionSource.select`, to be opened by `AnswerSources`. */
  readonly selectChunks: (minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]) => SeriesSelection;
}

/** What remote reads are answered with. */
export interface ReadDeps {
  readonly source: ChunkSelectionSource;
  readonly answers: Pick<AnswerThread, "make">;
  /** Those in force: every series gets them. */
  readonly externalLabels: () => Labels;
  /** The most samples of one query where samples are wanted; 0 is no limit. */
  readonly sampleLimit: number;
  /** How many reads are answered at once, others wait; 0 is no limit. */
  readonly concurrentLimit: number;
  /** Where chunks are wanted, a frame ends with the chunk by which it has so many bytes. */
  readonly maxBytesInFrame: number;
  readonly registry: Registry;
  /** Takes what fails and no client caused. */
  readonly logger: Logger;
}

const HEADERS: Readonly<Record<ReadForm, Readonly<Record<string, string>>>> = {
  samples: { "Content-Type": "application/x-protobuf", "Content-Encoding": "snappy" },
  chunks: { "Content-Type": "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse" },
};

/** How long selecting may keep others waiting. */
const SLICE_MS = 10;

/**
 * Answers `POST /read`, to be mounted where API v1 is and before it (storage/remote/read_handler.go). Other methods and paths are not its
 * concern.
 */
export function readRoutes(deps: ReadDeps): Router {
  const { answers, externalLabels, logger } = deps;
  const admission = createAdmission(deps.concurrentLimit);
  const queries = new Gauge({
    name: "prometheus_remote_read_handler_queries",
    help: "The current number of remote read queries that are either in execution or queued on the handler.",
    registers: [deps.registry],
  });

  const read: RequestHandler = async (req, res) => {
    const signal = abortOnDisconnect(res);
    const leave = await admission.enter(signal);
    if (leave === undefined) return;
    queries.inc();
    try {
      await answer(req, res, signal);
    } catch (error) {
      fail(res, error);
    } finally {
      queries.dec();
      leave();
    }
  };

  async function answer(req: Request, res: Response, signal: AbortSignal): Promise<void> {
    const request = await receive(req);
    const external = externalLabels();
    const selected: SelectedQuery[] = [];
    const slice = createTimeSlice(SLICE_MS);
    try {
      for (const query of request.queries) {
        // A request may have thousands, and selecting holds the main thread.
        if (slice.isSpent()) await slice.yield();
        if (signal.aborted) return;
        selected.push(selectQuery(deps.source, query, external));
      }
      const job = { form: answerForm(deps, request.form), queries: selected, externalLabels: external };
      const onBytes = (bytes: Uint8Array): Promise<void> | void => send(res, request.form, bytes);
      await answers.make({ job, signal, onBytes });
    } finally {
      releaseAll(deps.source, selected);
    }
    if (!res.headersSent) res.set(HEADERS[request.form]);
    res.end();
  }

  function fail(res: Response, error: unknown): void {
    if (isPromError(error) && error.errorType === "canceled") return void res.destroy();
    const text = error instanceof Error ? error.message : String(error);
    const status = statusOf(error);
    if (status === 500) logger.error("Error answering remote read", { err: text });
    // Half an answer is out: only closing the connection tells that it isn't whole.
    if (res.headersSent) res.destroy();
    else sendText(res, status, text);
  }

  const routes = Router({ strict: true, caseSensitive: true });
  routes.post("/read", read);
  return routes;
}

/** Throws WireError for what is no request. */
async function receive(req: Request): Promise<ReadRequest> {
  try {
    return decodeReadRequest(await readBody(req, { maxBytes: MOST_REQUEST_BYTES }));
  } catch (error) {
    // Upstream reads no more than the limit, and what is cut off can't be unpacked.
    throw isHttpError(error) && error.status === 413 ? new WireError(CORRUPT_BLOCK, { cause: error }) : error;
  }
}

function statusOf(error: unknown): number {
  if (isWireError(error)) return 400;
  if (isHttpError(error)) return error.status;
  // Of what was asked for right, only a limit is the client's affair.
  return isPromError(error) && error.errorType === "bad_data" ? 400 : 500;
}

function answerForm({ sampleLimit, maxBytesInFrame }: ReadDeps, form: ReadForm): AnswerForm {
  return form === "samples" ? { kind: form, sampleLimit } : { kind: form, maxBytesInFrame };
}

/** Throws PromError. */
function selectQuery({ selectChunks }: ChunkSelectionSource, query: ReadQueryMessage, external: Labels): SelectedQuery {
  const matchers = withoutExternal(readMatchers(query), external);
  const [minTimeMs, maxTimeMs] = wantedTimes(query);
  const isOfSeries = query.hints?.func === "series";
  // Without a matcher upstream finds nothing; our storage would find all.
  const isNone = matchers.length === 0 || minTimeMs > maxTimeMs;
  return { selection: isNone ? undefined : selectChunks(minTimeMs, maxTimeMs, matchers), isOfSeries };
}

function releaseAll({ release }: ChunkSelectionSource, selected: readonly SelectedQuery[]): void {
  for (const { selection } of selected) if (selection !== undefined) release(selection.pin);
}

/** The promise is open while the client is slower than the answer. */
function send(res: Response, form: ReadForm, bytes: Uint8Array): Promise<void> | void {
  if (res.destroyed) return undefined;
  if (!res.headersSent) res.set(HEADERS[form]);
  if (!res.write(bytes)) return drained(res);
}

function drained(res: Response): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      res.off("drain", done).off("close", done);
      resolve();
    };
    res.on("drain", done).on("close", done);
  });
}

/** As Go's http.Error. */
function sendText(res: Response, status: number, text: string): void {
  res.set("X-Content-Type-Options", "nosniff");
  res.status(status).type("text/plain").send(`${text}\n`);
}
