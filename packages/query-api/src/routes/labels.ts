import { goQuote } from "@ferula/durations";
import { abortOnDisconnect } from "@ferula/http";
import { createTimeSlice } from "@ferula/lifecycle";
import { compareLabels, compareUtf8, isUtf8Name, labelsKey, PromError, unescapeName, type Labels } from "@ferula/model";
import type { LabelListing, Querier, Queryable } from "@ferula/storage";
import type { Request, Response, Router } from "express";
import { addRoute, createRoutes } from "../add-route.ts";
import { sendData, sendDataText, TRUNCATED } from "../answer/envelope.ts";
import { labelsText } from "../answer/label-json.ts";
import { limitParam } from "../params/limit.ts";
import { matchParams, namingParam, type Matchers } from "../params/matchers.ts";
import { readParams, readWholeParams, type Params } from "../params/params.ts";
import { MAX_TIME_MS, MIN_TIME_MS, timeParam } from "../params/time.ts";

/** The longest that a listing may hold the main thread at a time, and how many series go by before the clock is asked. */
const SLICE_MS = 10;
const SERIES_BETWEEN_LOOKS = 128;

/** `series`, `labels` and `label/:name/values`. */
export function labelRoutes(storage: Queryable): Router {
  const routes = createRoutes();

  addRoute(routes, "GET, POST", "/series", async (req, res) => {
    const params = readWholeParams(req);
    if (params.all("match[]").length === 0) throw new PromError("bad_data", "no match[] parameter provided");
    const limit = limitParam(params);
    const range = readRange(params);
    const selectors = namingParam("match[]", () => matchParams(params));
    const querier = storage.querier(range.startMs, range.endMs);
    try {
      // One more than the limit tells whether there are more.
      const found = await findSeries(querier, selectors, limit === 0 ? Infinity : limit + 1, abortOnDisconnect(res));
      const isCut = limit > 0 && found.length > limit;
      const texts = await labelTexts(isCut ? found.slice(0, limit) : found);
      sendDataText(res, `[${texts.join(",")}]`, { warnings: isCut ? [TRUNCATED] : [] });
    } finally {
      querier.close();
    }
  });

  addRoute(routes, "GET, POST", "/labels", (req, res) => {
    sendListing(req, res, (querier, matchers, limit) => querier.labelNames(matchers, limit));
  });

  addRoute(routes, "GET", "/label/:name/values", (req, res) => {
    const name = unescapeName(String(req.params["name"]), "values");
    if (!isUtf8Name(name)) throw new PromError("bad_data", `invalid label name: ${goQuote(name)}`);
    sendListing(req, res, (querier, matchers, limit) => querier.labelValues(name, matchers, limit));
  });

  function sendListing(req: Request, res: Response, list: List): void {
    const params = readParams(req);
    const limit = limitParam(params);
    const { startMs, endMs } = readRange(params);
    const selectors = matchParams(params);
    const querier = storage.querier(startMs, endMs);
    try {
      const values = listAll(querier, selectors, limit === 0 ? 0 : limit + 1, list);
      const isCut = limit > 0 && values.length > limit;
      sendData(res, isCut ? values.slice(0, limit) : values, { warnings: isCut ? [TRUNCATED] : [] });
    } finally {
      querier.close();
    }
  }

  return routes;
}

type List = (querier: Querier, matchers: Matchers, limit: number) => LabelListing;

function readRange(params: Params): { readonly startMs: number; readonly endMs: number } {
  return { startMs: timeParam(params, "start", MIN_TIME_MS), endMs: timeParam(params, "end", MAX_TIME_MS) };
}

/** The union of what the selectors find, sorted; of all series when there are none. */
function listAll(querier: Querier, selectors: readonly Matchers[], limit: number, list: List): readonly string[] {
  if (selectors.length === 0) return list(querier, [], limit).values;
  if (selectors.length === 1) return list(querier, selectors[0], limit).values;
  return [...new Set(selectors.flatMap((matchers) => list(querier, matchers, limit).values))].sort(compareUtf8);
}

/**
 * Up to `limit` series: those of one selector in the order in which the storage finds them, those of several without repetition and sorted,
 * as upstream does.
 */
async function findSeries(
  querier: Querier,
  selectors: readonly Matchers[],
  limit: number,
  signal: AbortSignal,
): Promise<readonly Labels[]> {
  const slice = createTimeSlice(SLICE_MS);
  const found = new Map<string, Labels>();
  for (const matchers of selectors) {
    const set = querier.select(matchers);
    for (let i = 0; i < set.seriesCount && found.size < limit; i++) {
      if (i % SERIES_BETWEEN_LOOKS === 0 && slice.isSpent()) {
        await slice.yield();
        if (signal.aborted) throw new PromError("canceled", "context canceled");
      }
      const labels = set.labels(i);
      found.set(labelsKey(labels), labels);
    }
  }
  const all = [...found.values()];
  return selectors.length > 1 ? all.sort(compareLabels) : all;
}

async function labelTexts(series: readonly Labels[]): Promise<readonly string[]> {
  const slice = createTimeSlice(SLICE_MS);
  const texts: string[] = [];
  for (let i = 0; i < series.length; i++) {
    if (i % SERIES_BETWEEN_LOOKS === 0 && slice.isSpent()) await slice.yield();
    texts.push(labelsText(series[i]));
  }
  return texts;
}
