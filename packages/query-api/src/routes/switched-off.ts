import { PromError } from "@ferula/model";
import type { Router } from "express";
import { addRoute, createRoutes, sendPlain } from "../add-route.ts";

const ADMIN_PATHS: readonly string[] = ["/admin/tsdb/delete_series", "/admin/tsdb/clean_tombstones", "/admin/tsdb/snapshot"];

/** What takes samples in, by path: what upstream answers while its flag is not given. */
const RECEIVERS: Readonly<Record<string, string>> = {
  "/write": "remote write receiver needs to be enabled with --web.enable-remote-write-receiver\n",
  "/otlp/v1/metrics": "otlp write receiver needs to be enabled with --web.enable-otlp-receiver\n",
};

/** What a flag switches on upstream: its senders are told, in upstream's words, that it is off. */
export function switchedOffRoutes(): Router {
  const routes = createRoutes();
  for (const path of ADMIN_PATHS) {
    addRoute(routes, "POST, PUT", path, () => {
      throw new PromError("unavailable", "admin APIs disabled");
    });
  }
  for (const [path, text] of Object.entries(RECEIVERS)) addRoute(routes, "POST", path, (_req, res) => sendPlain(res, 404, text));
  return routes;
}
