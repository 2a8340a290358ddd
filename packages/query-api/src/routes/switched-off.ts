import { PromError } from "@ferula/model";
import type { Router } from "express";
import { addRoute, createRoutes, sendPlain } from "../add-route.ts";

/** What takes samples in, by path: what upstream answers while its flag is not given. */
const RECEIVERS = [
  ["/write", "remote write receiver needs to be enabled with --web.enable-remote-write-receiver\n"],
  ["/otlp/v1/metrics", "otlp write receiver needs to be enabled with --web.enable-otlp-receiver\n"],
] as const;

const SEARCHES = ["/search/metric_names", "/search/label_names", "/search/label_values"] as const;

/** What a flag or a feature switches on upstream: clients are told, in upstream's words, that it is off. */
export function switchedOffRoutes(): Router {
  const routes = createRoutes();
  for (const [path, text] of RECEIVERS) addRoute(routes, "POST", path, (_req, res) => sendPlain(res, 404, text));
  for (const path of SEARCHES) {
    addRoute(routes, "GET, POST", path, () => {
      throw new PromError("unavailable", "search API disabled");
    });
  }
  return routes;
}
