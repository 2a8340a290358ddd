import type { Router } from "express";
import { addRoute, createRoutes, sendPlain } from "../add-route.ts";

/** What takes samples in or gives them to other programs, by path: what upstream answers where it isn't there. */
const REMOTE = [
  ["/read", "not found\n"],
  ["/write", "remote write receiver needs to be enabled with --web.enable-remote-write-receiver\n"],
  ["/otlp/v1/metrics", "otlp write receiver needs to be enabled with --web.enable-otlp-receiver\n"],
] as const;

/** What a flag switches on upstream: clients are told, in upstream's words, that it is off. */
export function switchedOffRoutes(): Router {
  const routes = createRoutes();
  for (const [path, text] of REMOTE) addRoute(routes, "POST", path, (_req, res) => sendPlain(res, 404, text));
  return routes;
}
