import { Router, type Request, type RequestHandler, type Response } from "express";
import type { ApiPath, operations } from "./openapi/operations.ts";

/** Makes a router for routes of the API, whose paths are taken as they are written; see `addRoute` for those that look alike. */
export function createRoutes(): Router {
  return Router({ strict: true, caseSensitive: true });
}

/**
 * Adds a route to a router of `createRoutes`; what the document of the API says otherwise of it does not compile. Every other method is refused, and told which ones there are: HEAD, too, as upstream has no
 * route for it. A path that differs by case or by a slash at its end is redirected. Express 5 hands what `handler` throws to the error
 * handlers, rejected promises included.
 */
export function addRoute<Path extends ApiPath>(
  routes: Router,
  methods: (typeof operations)[Path]["methods"],
  path: Path,
  handler: RequestHandler,
): void {
  const names = methods.split(", ");
  const allowed = [...names, "OPTIONS"].toSorted().join(", ");
  routes.all(path, (req, res, next) => {
    if (names.includes(req.method)) return handler(req, res, next);
    if (req.method === "OPTIONS") return next();
    return sendPlain(res.set("Allow", allowed), 405, "Method Not Allowed\n");
  });
  routes.all(looseForm(path), (req, res, next) => {
    if (names.includes(req.method)) redirect(req, res, path);
    else next();
  });
}

/** The paths like `path`, a parameter of which is whatever stands in its place. */
function looseForm(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/:\w+/g, "[^/]+")}/?$`, "i");
}

/**
 * Sends to `path` below the root, where no API is: upstream's router does not know the prefix that it is mounted at (httprouter's
 * `RedirectTrailingSlash` and `RedirectFixedPath` behind the `StripPrefix` of web/web.go).
 */
function redirect(req: Request, res: Response, path: string): void {
  const asked = req.path.split("/");
  const right = path.split("/").map((part, i) => (part.startsWith(":") ? asked[i] : part));
  const mark = req.originalUrl.indexOf("?");
  res.redirect(req.method === "GET" ? 301 : 307, right.join("/") + (mark < 0 ? "" : req.originalUrl.slice(mark)));
}

/** A plain text in the manner of Go's http.Error. */
export function sendPlain(res: Response, status: number, text: string): void {
  res.set("X-Content-Type-Options", "nosniff");
  res.status(status).type("text/plain").send(text);
}
