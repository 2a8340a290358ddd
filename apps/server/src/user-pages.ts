import { strictPaths } from "@ferula/http";
import { Router, type RequestHandler } from "express";
import { CONSOLES_PATH } from "./consoles.ts";
import { nameHandler } from "./http-metrics.ts";
import type { Values } from "./flags/flags.ts";
import { isThere, USER_PATH, userAssets } from "./user-assets.ts";

const GET: readonly string[] = ["GET"];

/** What is served below two paths is written by who runs the server: the consoles and, with `--web.user-assets`, files. */
export function userPages(values: Values, consoles: RequestHandler): Router {
  const routes = Router({ caseSensitive: true });
  const assets = values["web.user-assets"];
  addFolder(routes, CONSOLES_PATH, consoles);
  if (assets !== "") addFolder(routes, USER_PATH, userAssets(assets));
  return routes;
}

/** All paths below one, as upstream's router has it: the same methods on each of them, and a name for all in the metrics. */
function addFolder(routes: Router, folder: string, handler: RequestHandler): void {
  routes.use((req, res, next) => {
    const path = req.path.startsWith(`${folder}/`) ? req.path : `${folder}/`;
    strictPaths({ [path]: GET })(req, res, next);
  });
  routes.use((req, res, next) => {
    if (!req.path.startsWith(`${folder}/`)) return next();
    nameHandler(res, `${folder}/*filepath`);
    return handler(req, res, next);
  });
}

/**
 * Where the pages' link to consoles leads: to that which is the first, or to the user's own page (web/web.go `consolesPath`). Looked for
 * each time, as consoles are put there while the server runs. "" where there is neither.
 */
export async function consolesLink(values: Values, externalPath: string): Promise<string> {
  const assets = values["web.user-assets"];
  if (await isThere(`${values["web.console.templates"]}/index.html`)) return `${externalPath}${CONSOLES_PATH}/index.html`;
  if (assets !== "" && (await isThere(`${assets}/index.html`))) return `${externalPath}${USER_PATH}/index.html`;
  return "";
}
