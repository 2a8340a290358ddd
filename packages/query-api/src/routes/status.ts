import { Router } from "express";
import { sendData } from "../envelope.ts";
import { invalidParam, limitParam, readParams } from "../params.ts";
import type { StatusPort } from "../ports.ts";

const DEFAULT_TSDB_ROWS = 10;
const MAX_TSDB_ROWS = 10_000;

/** `status/…`. */
export function statusRoutes(status: StatusPort): Router {
  const routes = Router();
  routes.get("/status/config", (_req, res) => sendData(res, { yaml: status.config() }));
  routes.get("/status/flags", (_req, res) => sendData(res, Object.fromEntries(status.flags())));
  routes.get("/status/runtimeinfo", (_req, res) => sendData(res, status.runtimeInfo()));
  routes.get("/status/buildinfo", (_req, res) => sendData(res, status.buildInfo()));
  routes.get("/status/tsdb", (req, res) => {
    const params = readParams(req);
    const limit = params.get("limit") === undefined ? DEFAULT_TSDB_ROWS : limitParam(params);
    if (limit < 1) throw invalidParam("limit", "limit must be a positive number");
    if (limit > MAX_TSDB_ROWS) throw invalidParam("limit", `limit must not exceed ${MAX_TSDB_ROWS}`);
    sendData(res, status.tsdb(limit));
  });
  return routes;
}
