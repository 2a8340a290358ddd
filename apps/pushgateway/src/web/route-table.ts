import type { RequestHandler, Response } from "express";
import { cleanPath, encodePath } from "../url/clean-path.ts";

/** The methods that a route knows. */
export type Methods = Readonly<Partial<Record<"GET" | "POST" | "PUT" | "DELETE", RequestHandler>>>;

/** A path, or a check of decoded paths, and what answers there. */
export interface Route {
  readonly path: string | ((path: string) => boolean);
  readonly methods: Methods;
}

/** The decoded path of a request below the route prefix; `routeTable` has put it there. */
export function routedPath(res: Response): string {
  return (res.locals as { routedPath: string }).routedPath;
}

/**
 * Routes as Go's mux and httprouter do in upstream: on the decoded path, so that `%2F` parts as a slash does; paths that are not clean and
 * slashes too many at the end are redirected, wrong methods told the right ones.
 */
export function routeTable(routes: readonly Route[], prefix: string): RequestHandler {
  const find = (path: string): Methods | undefined =>
    routes.find((route) => (typeof route.path === "string" ? route.path === path : route.path(path)))?.methods;

  return (req, res, next) => {
    const path = decoded(req.path);
    if (path === undefined) return void res.status(400).type("text/plain").send("400 Bad Request");
    const query = req.url.slice(req.path.length);
    const clean = cleanPath(path);
    if (clean !== path) return redirect(res, 301, prefix + encodePath(clean) + query);
    const methods = find(path);
    if (methods === undefined) {
      const shorter = path.endsWith("/") && path !== "/" ? path.slice(0, -1) : undefined;
      if (shorter === undefined || (find(shorter) === undefined && !LOST_JOB.test(path))) return next();
      return redirect(res, req.method === "GET" ? 301 : 307, prefix + encodePath(shorter) + query);
    }
    const handler = methods[req.method as keyof Methods];
    if (handler !== undefined) {
      res.locals["routedPath"] = path;
      return handler(req, res, next);
    }
    res.set("Allow", [...Object.keys(methods), "OPTIONS"].sort().join(", "));
    if (req.method !== "OPTIONS") return sendText(res, 405, "Method Not Allowed");
    return sendEmpty(res, 200);
  };
}

/** A push whose job got lost: upstream sends it where nothing is, which tells the client that it is no group. */
const LOST_JOB = /^\/metrics\/job(?:@base64)?\/$/;

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function redirect(res: Response, status: number, location: string): void {
  res.set("Location", location);
  sendEmpty(res, status);
}

/** A plain text as Go's http.Error sends it. */
export function sendText(res: Response, status: number, text: string): void {
  res.set("X-Content-Type-Options", "nosniff");
  res.status(status).type("text/plain").send(`${text}\n`);
}

/** An answer that is only its status, without a content type. */
export function sendEmpty(res: Response, status: number): void {
  res.set("Content-Length", "0");
  res.status(status).end();
}
