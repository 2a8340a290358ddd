import { abortOnDisconnect } from "@ferula/http";
import { METRIC_NAME, PromError } from "@ferula/model";
import type { Logger } from "@ferula/logging";
import type { Request, Response, Router } from "express";
import { addRoute, createRoutes } from "../add-route.ts";
import { errorJson } from "../answer/answer-error.ts";
import { createBatchWriter } from "../answer/batch-writer.ts";
import { goJsonString } from "../answer/go-json.ts";
import { readWholeParams, type Params } from "../params/params.ts";
import { booleanParam, searchParams, type SearchParams } from "../params/search.ts";
import type { TargetsPort } from "../ports.ts";
import type { QueryService } from "../query/query-service.ts";
import type { SearchForm } from "../search/write-search.ts";
import { createMetricMetadata, type MetadataByMetric } from "./metric-metadata.ts";

/** How names and values are searched. */
export interface SearchOptions {
  /** The highest limit that may be asked for; 0 is none. */
  readonly maxLimit: number;
}

/** What searches are made of. */
export interface SearchRouteDeps {
  readonly queries: Pick<QueryService, "search">;
  readonly targets: Pick<TargetsPort, "active">;
  /** Undefined: there is no search. */
  readonly search?: SearchOptions;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

/** What of the labels is searched, and what is told of what is found. */
interface Searched {
  /** Left out: their names. */
  readonly ofLabel?: string;
  readonly field: SearchForm["field"];
  readonly withMetadata?: boolean;
}

/** `search/…`: finds names and values by parts of them (web/api/v1/search.go). */
export function searchRoutes({ queries, targets, search, nowMs, logger }: SearchRouteDeps): Router {
  const routes = createRoutes();
  const metadata = createMetricMetadata(targets, nowMs);

  add("metric_names", (params) => ({
    ofLabel: METRIC_NAME,
    field: "name",
    withMetadata: booleanParam(params, "include_metadata", false),
  }));
  add("label_names", () => ({ field: "name" }));
  add("label_values", (params) => {
    const ofLabel = params.get("label");
    if (ofLabel === undefined) throw new PromError("bad_data", 'missing required parameter "label"');
    return { ofLabel, field: "value" };
  });
  return routes;

  function add(endpoint: "metric_names" | "label_names" | "label_values", searchedBy: (params: Params) => Searched): void {
    addRoute(routes, "GET, POST", `/search/${endpoint}`, async (req, res) => {
      if (search === undefined) throw new PromError("unavailable", "search API disabled");
      const params = readWholeParams(req);
      const asked = searchParams(params, { endpoint, maxLimit: search.maxLimit, nowMs: nowMs() });
      await answer(req, res, asked, searchedBy(params));
    });
  }

  async function answer(req: Request, res: Response, asked: SearchParams, { ofLabel, field, withMetadata }: Searched): Promise<void> {
    const { minTimeMs, maxTimeMs, selectors, wanted, order, limit, includeScore } = asked;
    const writer = createBatchWriter(res, asked);
    // One more than is told tells whether there is more.
    const form = { wanted, order, limit: limit + 1, field, includeScore };
    const request = { ofLabel, minTimeMs, maxTimeMs, selectors, form, signal: abortOnDisconnect(res) };
    try {
      await queries.search(request, async (bytes) => {
        const results = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength - 1)
          .toString()
          .split("\n");
        await writer.add(withMetadata === true ? describedBy(await metadata(), results) : results);
      });
      writer.end();
    } catch (error) {
      const { json, isInternal } = errorJson(error);
      if (!writer.fail(json)) throw error;
      if (isInternal) logger.error("An API request failed", { path: req.path, err: error });
    }
  }
}

/** Adds to each result what is known of its metric. */
function describedBy(known: MetadataByMetric, results: readonly string[]): readonly string[] {
  return results.map((result) => {
    const { name } = JSON.parse(result) as { readonly name: string };
    const entry = known.get(name);
    if (entry === undefined) return result;
    const { type, help, unit } = entry;
    return `${result.slice(0, -1)}${field("type", type)}${field("help", help)}${field("unit", unit)}}`;
  });
}

function field(name: string, value: string): string {
  return value === "" ? "" : `,"${name}":${goJsonString(value)}`;
}
