import { PromError } from "@ferula/model";
import { Router } from "express";
import { addRoute } from "../add-route.ts";
import { sendData } from "../answer/envelope.ts";
import { readParams, type Params } from "../params/params.ts";
import type { StatusPort } from "../ports.ts";

/** Rows of each table of `status/tsdb` (web/api/v1/api.go `serveTSDBStatus`). */
const DEFAULT_ROWS = 10;
const MAX_ROWS = 10_000;

/** `status/…`, but for `walreplay`, which is one of `earlyRoutes`. */
export function statusRoutes(status: StatusPort): Router {
  const routes = Router();
  addRoute(routes, "GET", "/status/config", (_req, res) => sendData(res, { yaml: status.config() }));
  addRoute(routes, "GET", "/status/flags", (_req, res) => sendData(res, status.flags()));
  addRoute(routes, "GET", "/status/runtimeinfo", (_req, res) => sendData(res, status.runtimeInfo()));
  addRoute(routes, "GET", "/status/buildinfo", (_req, res) => sendData(res, status.buildInfo()));
  addRoute(routes, "GET", "/status/tsdb", (req, res) => sendData(res, status.tsdb(rowsOf(readParams(req)))));
  // There are no blocks yet: every sample is in the head.
  addRoute(routes, "GET", "/status/tsdb/blocks", (_req, res) => sendData(res, { blocks: [] }));
  return routes;
}

function rowsOf(params: Params): number {
  const text = params.get("limit");
  if (text === undefined) return DEFAULT_ROWS;
  const rows = /^[+-]?\d+$/.test(text) ? Number(text) : 0;
  if (rows < 1) throw new PromError("bad_data", "limit must be a positive number");
  if (rows > MAX_ROWS) throw new PromError("bad_data", `limit must not exceed ${MAX_ROWS}`);
  return rows;
}
