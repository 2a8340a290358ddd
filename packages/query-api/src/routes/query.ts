import { once } from "node:events";
import { PromError, isPromError } from "@ferula/model";
import { instantParams, rangeParams, type PoolResult, type QueryParams } from "@ferula/promql";
import { parseExpr, prettyExpr, toApiJson } from "@ferula/promql-syntax";
import { Router, type RequestHandler, type Response } from "express";
import { goJson, notesJson, sendData } from "../envelope.ts";
import { durationParam, invalidParam, limitParam, readParams, requiredTime, timeParam, type Params } from "../params.ts";
import type { QueryService } from "../query-service.ts";

export interface QueryRouteDeps {
  readonly queries: QueryService;
  readonly lookbackMs: number;
  readonly nowMs: () => number;
}

/** More points than this a series are refused: no screen shows them (web/api/v1/api.go `queryRange`). */
const MAX_POINTS = 11_000;

/** `query`, `query_range`, `query_exemplars`, `format_query` and `parse_query`, by GET and POST. */
export function queryRoutes({ queries, lookbackMs, nowMs }: QueryRouteDeps): Router {
  const routes = Router();

  both(routes, "/query", async (req, res) => {
    const params = readParams(req);
    const timeMs = timeParam(params, "time", nowMs());
    await answer(res, params, instantParams(timeMs, { lookbackMs: lookbackOf(params, lookbackMs) }));
  });

  both(routes, "/query_range", async (req, res) => {
    const params = readParams(req);
    const startMs = requiredTime(params, "start");
    const endMs = requiredTime(params, "end");
    if (endMs < startMs) throw invalidParam("end", "end timestamp must not be before start time");
    const stepMs = durationParam(params, "step");
    if (stepMs === undefined) throw invalidParam("step", 'cannot parse "" to a valid duration');
    if (stepMs <= 0) throw invalidParam("step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
    if (Math.floor((endMs - startMs) / stepMs) > MAX_POINTS) {
      throw new PromError("bad_data", "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
    }
    await answer(res, params, rangeParams(startMs, endMs, Math.max(1, Math.floor(stepMs)), { lookbackMs: lookbackOf(params, lookbackMs) }));
  });

  both(routes, "/query_exemplars", (req, res) => {
    const params = readParams(req);
    parse(params);
    // Exemplars are not stored yet, so there are none.
    sendData(res, []);
  });

  both(routes, "/format_query", (req, res) => sendData(res, prettyExpr(parse(readParams(req)))));
  both(routes, "/parse_query", (req, res) => sendData(res, toApiJson(parse(readParams(req)))));
  return routes;

  async function answer(res: Response, params: Params, query: QueryParams): Promise<void> {
    const text = params.get("query") ?? "";
    const limit = limitParam(params);
    const request = { text, params: query, timeoutMs: durationParam(params, "timeout"), signal: abortOnDisconnect(res) };
    const started = performance.now();
    const writer = createResultWriter(res);
    const result = await refusingSyntax(queries.json(request, limit > 0 ? writer.gather : writer.write));
    await writer.end(result, limit, statsOf(params, result, (performance.now() - started) / 1000));
  }
}

/** Upstream names the parameter in front of what is wrong with a query. */
async function refusingSyntax<T>(running: Promise<T>): Promise<T> {
  try {
    return await running;
  } catch (error) {
    if (isPromError(error) && error.errorType === "bad_data" && !error.message.startsWith("invalid parameter")) throw invalidParam("query", error.message);
    throw error;
  }
}

function parse(params: Params): ReturnType<typeof parseExpr> {
  try {
    return parseExpr(params.get("query") ?? "");
  } catch (error) {
    throw invalidParam("query", (error as Error).message);
  }
}

function lookbackOf(params: Params, fallbackMs: number): number {
  const given = durationParam(params, "lookback_delta");
  return given === undefined || given <= 0 ? fallbackMs : given;
}

/**
 * Streams the envelope: its head goes out with the first piece of data, so that an error before that has a status of its own. One piece is
 * always held back, as statistics stand inside the last one, before its closing brace.
 */
function createResultWriter(res: Response) {
  const gathered: Uint8Array[] = [];
  let held: Uint8Array | undefined;

  async function send(bytes: Uint8Array): Promise<void> {
    if (!res.headersSent) {
      res.status(200).type("application/json");
      res.write('{"status":"success","data":');
    }
    if (!res.write(bytes) && !res.destroyed) await Promise.race([once(res, "drain"), once(res, "close")]);
  }

  return {
    async write(bytes: Uint8Array): Promise<void> {
      const before = held;
      held = bytes;
      if (before !== undefined) await send(before);
    },
    gather: (bytes: Uint8Array): void => void gathered.push(bytes),
    async end(result: PoolResult, limit: number, stats: unknown): Promise<void> {
      const warnings = [...result.warnings];
      if (limit > 0) {
        const { data, truncated } = cut(Buffer.concat(gathered).toString(), limit);
        if (truncated) warnings.push("results truncated due to limit");
        held = Buffer.from(data);
      }
      if (held === undefined) throw new Error("BUG: a result without a byte");
      await send(stats === undefined ? held : held.subarray(0, -1));
      res.end(`${stats === undefined ? "" : `,"stats":${goJson(stats)}}`}${notesJson({ warnings, infos: result.infos })}}`);
    },
  };
}

/** The first `limit` series of a result. Limits are small and rare: reading the JSON again costs less than carrying them to the workers. */
function cut(json: string, limit: number): { readonly data: string; readonly truncated: boolean } {
  const data = JSON.parse(json) as { resultType: string; result: unknown };
  if (!Array.isArray(data.result) || data.resultType === "scalar" || data.resultType === "string" || data.result.length <= limit) return { data: json, truncated: false };
  return { data: JSON.stringify({ resultType: data.resultType, result: data.result.slice(0, limit) }), truncated: true };
}

function statsOf(params: Params, result: PoolResult, seconds: number): unknown {
  const wanted = params.get("stats");
  if (wanted === undefined) return undefined;
  return {
    timings: { evalTotalTime: seconds, resultSortTime: 0, queryPreparationTime: 0, innerEvalTime: seconds, execQueueTime: 0, execTotalTime: seconds },
    samples: { totalQueryableSamples: result.stats.loadedSamples, peakSamples: result.stats.peakSamples },
  };
}

/** Aborts when the client goes away. `req` "close" will not do: it fires as soon as a POST body is read. */
function abortOnDisconnect(res: Response): AbortSignal {
  const gone = new AbortController();
  res.on("close", () => {
    if (!res.writableFinished) gone.abort();
  });
  return gone.signal;
}

function both(routes: Router, path: string, handler: RequestHandler): void {
  routes.get(path, handler);
  routes.post(path, handler);
}
