import { abortOnDisconnect } from "@ferula/http";
import { isPromError, PromError } from "@ferula/model";
import { instantParams, rangeParams, type QueryParams } from "@ferula/promql";
import type { ParseOptions } from "@ferula/promql-syntax";
import type { Response, Router } from "express";
import { addRoute, createRoutes } from "../add-route.ts";
import { TRUNCATED } from "../answer/envelope.ts";
import { limitParam } from "../params/limit.ts";
import { invalidParam, readParams, type Params } from "../params/params.ts";
import { durationParam, parseDurationText, requiredDuration, requiredTime, timeParam } from "../params/time.ts";
import { createSeriesLimiter } from "../query/limit-series.ts";
import type { QueryOutcome, QueryService } from "../query/query-service.ts";
import { createResultWriter } from "../query/result-writer.ts";
import { statsOf, statsWarning } from "../query/stats.ts";

/** What queries are answered with. */
export interface QueryRouteDeps {
  readonly queries: QueryService;
  readonly lookbackMs: number;
  readonly syntax: ParseOptions;
  readonly nowMs: () => number;
}

/** More steps than this are refused: no screen shows them (web/api/v1/api.go `queryRange`). */
const MAX_STEPS = 11_000;

/** `query` and `query_range`. Parameters are read in upstream's order, so that of two mistakes the same one is told. */
export function queryRoutes({ queries, lookbackMs, syntax, nowMs }: QueryRouteDeps): Router {
  const routes = createRoutes();

  addRoute(routes, "GET, POST", "/query", async (req, res) => {
    const params = readParams(req);
    const limit = limitParam(params);
    const timeMs = timeParam(params, "time", nowMs());
    const timeoutMs = durationParam(params, "timeout");
    const query = instantParams(timeMs, { lookbackMs: lookbackOf(params, lookbackMs), syntax });
    await answer(res, { params, limit, timeoutMs, query });
  });

  addRoute(routes, "GET, POST", "/query_range", async (req, res) => {
    const params = readParams(req);
    const limit = limitParam(params);
    const { startMs, endMs, stepMs } = readRange(params);
    const timeoutMs = durationParam(params, "timeout");
    const query = rangeParams(startMs, endMs, stepMs, { lookbackMs: lookbackOf(params, lookbackMs), syntax });
    await answer(res, { params, limit, timeoutMs, query });
  });

  async function answer(res: Response, { params, limit, timeoutMs, query }: Asked): Promise<void> {
    const request = { text: params.get("query") ?? "", params: query, timeoutMs, signal: abortOnDisconnect(res) };
    const writer = createResultWriter(res);
    const limiter = limit > 0 ? createSeriesLimiter(limit) : undefined;
    const outcome = await namingQuery(queries.json(request, (bytes) => writer.write(limiter?.take(bytes) ?? bytes)));
    if (limiter !== undefined) await writer.write(limiter.rest());
    writer.end(statsOf(params, outcome), {
      warnings: warningsOf(outcome, limiter?.isTruncated() === true, statsWarning(params)),
      infos: outcome.infos,
    });
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
    lookbackMs = Math.floor(parseDurationText(text));
  } catch (error) {
    throw new PromError("bad_data", `error parsing lookback delta duration: ${(error as Error).message}`, { cause: error });
  }
  return lookbackMs > 0 ? lookbackMs : fallbackMs;
}

/** What is wrong with the query itself is answered with the parameter's name in front. */
async function namingQuery(running: Promise<QueryOutcome>): Promise<QueryOutcome> {
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
