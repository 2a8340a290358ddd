import { compareUtf8, PromError } from "@ferula/model";
import { compileRegexp } from "@ferula/regexp";
import type { Router } from "express";
import { addRoute, createRoutes } from "../add-route.ts";
import { sendData, sendDataText } from "../answer/envelope.ts";
import { familyJson, type MetricFamily } from "../answer/family-json.ts";
import { goJson } from "../answer/go-json.ts";
import { parseInteger } from "../params/limit.ts";
import { readParams, type Params } from "../params/params.ts";
import type { StatusPort } from "../ports.ts";

/** Rows of each table of `status/tsdb` (web/api/v1/api.go `serveTSDBStatus`). */
const DEFAULT_ROWS = 10;
const MAX_ROWS = 10_000;

/** `status/…`, but for `walreplay`, which is one of `earlyRoutes`. */
export function statusRoutes(status: StatusPort): Router {
  const routes = createRoutes();
  addRoute(routes, "GET", "/status/config", (_req, res) => sendData(res, { yaml: status.config() }));
  addRoute(routes, "GET", "/status/flags", (_req, res) => sendData(res, status.flags()));
  addRoute(routes, "GET", "/status/runtimeinfo", (_req, res) => sendData(res, status.runtimeInfo()));
  addRoute(routes, "GET", "/status/buildinfo", (_req, res) => sendData(res, status.buildInfo()));
  addRoute(routes, "GET", "/status/tsdb", (req, res) => sendData(res, status.tsdb(rowsOf(readParams(req)))));
  addRoute(routes, "GET", "/status/tsdb/blocks", (_req, res) => sendData(res, { blocks: status.blocks() }));
  const { selfMetrics } = status;
  if (selfMetrics !== undefined) {
    addRoute(routes, "GET", "/status/self_metrics", async (req, res) => {
      const isWanted = nameFilter(readParams(req).get("metric_name_pattern"));
      const families = (await gathered(selfMetrics)).filter(({ name }) => isWanted(name));
      // Upstream takes these from another encoder, which leaves markup as it is.
      sendDataText(res, goJson(families.map(familyJson), { escapeHtml: false }));
    });
  }
  return routes;
}

function nameFilter(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  try {
    const names = compileRegexp(`^(?:${pattern})$`, { anchored: false });
    return (name) => names.test(name);
  } catch (error) {
    throw new PromError("bad_data", `invalid metric_name_pattern: ${(error as Error).message}`, { cause: error });
  }
}

/** Those that have samples, by name. */
async function gathered(selfMetrics: () => Promise<readonly MetricFamily[]>): Promise<readonly MetricFamily[]> {
  let families: readonly MetricFamily[];
  try {
    families = await selfMetrics();
  } catch (error) {
    throw new PromError("internal", `error gathering self metrics: ${(error as Error).message}`, { cause: error });
  }
  return families.filter(({ metrics }) => metrics.length > 0).toSorted((a, b) => compareUtf8(a.name, b.name));
}

function rowsOf(params: Params): number {
  const text = params.get("limit");
  if (text === undefined) return DEFAULT_ROWS;
  const rows = parseInteger(text);
  if (typeof rows === "string" || rows < 1) throw new PromError("bad_data", "limit must be a positive number");
  if (rows > MAX_ROWS) throw new PromError("bad_data", `limit must not exceed ${MAX_ROWS}`);
  return rows;
}
