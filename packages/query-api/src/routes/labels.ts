import { goQuote } from "@ferula/durations";
import { abortOnDisconnect } from "@ferula/http";
import { isUtf8Name, PromError, unescapeName } from "@ferula/model";
import type { Request, Response, Router } from "express";
import { addRoute, createRoutes } from "../add-route.ts";
import { TRUNCATED } from "../answer/envelope.ts";
import { limitParam } from "../params/limit.ts";
import { matchParams, namingParam } from "../params/matchers.ts";
import { readParams, readWholeParams, type Params } from "../params/params.ts";
import { MAX_TIME_MS, MIN_TIME_MS, timeParam } from "../params/time.ts";
import type { ListingRequest } from "../query/listing.ts";
import type { QueryService } from "../query/query-service.ts";
import { createResultWriter } from "../query/result-writer.ts";

/** `series`, `labels` and `label/:name/values`. */
export function labelRoutes({ list }: Pick<QueryService, "list">): Router {
  const routes = createRoutes();

  addRoute(routes, "GET, POST", "/series", async (req, res) => {
    const params = readWholeParams(req);
    if (params.all("match[]").length === 0) throw new PromError("bad_data", "no match[] parameter provided");
    const request = { kind: "series", limit: limitParam(params), ...readRange(params) } as const;
    await sendListing(res, { ...request, selectors: namingParam("match[]", () => matchParams(params)) });
  });

  addRoute(routes, "GET, POST", "/labels", async (req, res) => {
    await sendListing(res, { kind: "labels", ...readLabelRequest(req) });
  });

  addRoute(routes, "GET", "/label/:name/values", async (req, res) => {
    const name = unescapeName(String(req.params["name"]), "values");
    if (!isUtf8Name(name)) throw new PromError("bad_data", `invalid label name: ${goQuote(name)}`);
    await sendListing(res, { kind: "labels", ofLabel: name, ...readLabelRequest(req) });
  });

  async function sendListing(res: Response, request: Omit<ListingRequest, "signal">): Promise<void> {
    const writer = createResultWriter(res);
    const isCut = await list({ ...request, signal: abortOnDisconnect(res) }, writer.write);
    writer.end({}, { warnings: isCut ? [TRUNCATED] : [] });
  }

  return routes;
}

function readLabelRequest(req: Request): Pick<ListingRequest, "limit" | "minTimeMs" | "maxTimeMs" | "selectors"> {
  const params = readParams(req);
  const limit = limitParam(params);
  return { limit, ...readRange(params), selectors: matchParams(params) };
}

function readRange(params: Params): Pick<ListingRequest, "minTimeMs" | "maxTimeMs"> {
  return { minTimeMs: timeParam(params, "start", MIN_TIME_MS), maxTimeMs: timeParam(params, "end", MAX_TIME_MS) };
}
