import { goQuote } from "@ferula/durations";
import { abortOnDisconnect } from "@ferula/http";
import { isPromError, PromError } from "@ferula/model";
import { instantParams, rangeParams, type QueryParams, type StatsLevel } from "@ferula/promql";
import type { ParseOptions } from "@ferula/promql-syntax";
import { spanOf } from "@ferula/tracing";
import type { Request, Response, Router } from "express";
import { addRoute, createRoutes } from "../add-route.ts";
import { sendData, TRUNCATED } from "../answer/envelope.ts";
import { limitParam } from "../params/limit.ts";
import { invalidParam, readParams, type Params } from "../params/params.ts";
import { durationParam, parseDurationText, requiredDuration, requiredTime, timeParam } from "../params/time.ts";
import { createSeriesLimiter } from "../query/limit-series.ts";
import type { QueryOutcome, QueryRequest, QueryService } from "../query/query-service.ts";
import { createResultWriter } from "../query/result-writer.ts";
import type { QueryOrigin } from "../query/query-log.ts";
import { queryStats, statsWarning } from "../query/stats.ts";

/** Experimental ways to evaluate, see promql's `QueryParams`. */
export interface EvaluationFeatures extends Partial<Pick<QueryParams, "delayedNameRemoval" | "startTimestamps" | "typeAndUnitLabels">> {
  /** `stats=all` tells of each step. */
  readonly perStepStats?: boolean;
}

/** What queries are answered with. */
export interface QueryRouteDeps {
  readonly queries: QueryService;
  readonly lookbackMs: number;
  readonly syntax: ParseOptions;
  readonly evaluation: EvaluationFeatures;
  readonly nowMs: () => number;
}

/** More steps than this are refused: no screen shows them (web/api/v1/api.go `queryRange`). */
const MAX_STEPS = 11_000;

/** `query` and `query_range`. Parameters are read in upstream's order, so that of two mistakes the same one is told. */
export function queryRoutes({ queries, lookbackMs, syntax, evaluation, nowMs }: QueryRouteDeps): Router {
  const routes = createRoutes();
  const { perStepStats = false, ...ways } = evaluation;

  addRoute(routes, "GET, POST", "/query", async (req, res) => {
    const params = readParams(req);
    const limit = limitParam(params);
    const timeMs = timeParam(params, "time", nowMs());
    const timeoutMs = durationParam(params, "timeout");
    const query = instantParams(timeMs, { ...ways, lookbackMs: lookbackOf(params, lookbackMs), syntax });
    await answer(req, res, { params, limit, timeoutMs, query });
  });

  addRoute(routes, "GET, POST", "/query_range", async (req, res) => {
    const params = readParams(req);
    const limit = limitParam(params);
    const { startMs, endMs, stepMs } = readRange(params);
    const timeoutMs = durationParam(params, "timeout");
    const query = rangeParams(startMs, endMs, stepMs, { ...ways, lookbackMs: lookbackOf(params, lookbackMs), syntax });
    await answer(req, res, { params, limit, timeoutMs, query });
  });

  async function answer(req: Request, res: Response, { params, limit, timeoutMs, query }: Asked): Promise<void> {
    const text = params.get("query") ?? "";
    const explain = explainParam(params);
    if (explain === "plan") {
      sendData(res, { explain: await namingQuery(queries.explain(text, query)) });
      return;
    }
    const writer = createResultWriter(res);
    const limiter = limit > 0 ? createSeriesLimiter(limit) : undefined;
    const request: QueryRequest = {
      text,
      params: query,
      timeoutMs,
      signal: abortOnDisconnect(res),
      origin: originOf(req),
      span: spanOf(req),
      stats: statsLevel(params, perStepStats),
      analyze: explain === "analyze",
    };
    const outcome = await namingQuery(queries.json(request, (bytes) => writer.write(limiter?.take(bytes) ?? bytes)));
    if (limiter !== undefined) await writer.write(limiter.rest());
    const stats = params.get("stats") === undefined ? undefined : queryStats(outcome.timings, outcome.stats);
    writer.end(
      { stats, explain: outcome.explained },
      { warnings: warningsOf(outcome, limiter?.isTruncated() === true, statsWarning(params)), infos: outcome.infos },
    );
  }

  return routes;
}

/** What both routes read from a request. */
interface Asked {
  readonly params: Params;
  /** 0 is no limit. */
  readonly limit: number;
  readonly timeoutMs: number | undefined;
  readonly query: QueryParams;
}

function readRange(params: Params): { readonly startMs: number; readonly endMs: number; readonly stepMs: number } {
  const startMs = requiredTime(params, "start");
  const endMs = requiredTime(params, "end");
  if (endMs < startMs) throw invalidParam("end", "end timestamp must not be before start time");
  const stepMs = requiredDuration(params, "step");
  if (stepMs <= 0) {
    throw invalidParam("step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
  }
  // As upstream counts: whole steps, so that one more than the limit passes.
  if (Math.floor((endMs - startMs) / stepMs) > MAX_STEPS) {
    throw new PromError(
      "bad_data",
      "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
    );
  }
  // The engine steps by whole milliseconds.
  return { startMs, endMs, stepMs: Math.max(1, Math.floor(stepMs)) };
}

/** Upstream words this one parameter's mistakes in its own way, and takes what is not above 0 as left out. */
function lookbackOf(params: Params, fallbackMs: number): number {
  const text = params.get("lookback_delta");
  if (text === undefined) return fallbackMs;
  let lookbackMs: number;
  try {
    lookbackMs = parseDurationText(text);
  } catch (error) {
    throw new PromError("bad_data", `error parsing lookback delta duration: ${(error as Error).message}`, { cause: error });
  }
  // The engine looks back by whole milliseconds.
  return lookbackMs > 0 ? Math.max(1, Math.floor(lookbackMs)) : fallbackMs;
}

/** Ours, which upstream takes no notice of: the plan instead of a result, or beside the result what each operator took. */
function explainParam(params: Params): "plan" | "analyze" | undefined {
  const wanted = params.get("explain");
  if (wanted === undefined || wanted === "plan" || wanted === "analyze") return wanted;
  throw invalidParam("explain", `unknown value ${goQuote(wanted)}, use "plan" or "analyze"`);
}

/** Every series counts where the client is told, in detail where it may be. */
function statsLevel(params: Params, perStepStats: boolean): StatsLevel | undefined {
  const wanted = params.get("stats");
  if (wanted === undefined) return undefined;
  return wanted === "all" && perStepStats ? "steps" : "all";
}

/** How Node writes the address of a client by IPv4 on a socket that takes both. */
const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/;

/** Who asks, for the query log. The path is that which was asked for, with whatever prefix the API has. */
export function originOf(req: Request): QueryOrigin {
  const [path] = req.originalUrl.split("?", 1);
  return { httpRequest: { clientIP: (req.socket.remoteAddress ?? "").replace(MAPPED_IPV4, ""), method: req.method, path } };
}

/** What is wrong with the query itself is answered with the parameter's name in front. */
async function namingQuery<T>(running: Promise<T>): Promise<T> {
  try {
    return await running;
  } catch (error) {
    if (isPromError(error) && error.errorType === "bad_data") throw invalidParam("query", error.message);
    throw error;
  }
}

function warningsOf({ warnings }: QueryOutcome, isTruncated: boolean, ofStats: string | undefined): readonly string[] {
  return [...warnings, ...(isTruncated ? [TRUNCATED] : []), ...(ofStats === undefined ? [] : [ofStats])];
}
