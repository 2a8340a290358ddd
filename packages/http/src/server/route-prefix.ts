import type { RequestHandler } from "express";
import { HttpError } from "./http-error.ts";

/** `--web.route-prefix` as routes need it: a slash before and none behind; "" when there is none. */
export function normalizeRoutePrefix(text: string): string {
  const path = text.replace(/^\/+|\/+$/g, "");
  return path === "" ? "" : `/${path}`;
}

/**
 * Lets the routes of an app be written without the prefix: it is taken off what is under it. `/` is sent there, and there is nothing
 * else outside, as upstream has it.
 */
export function underPrefix(prefix: string): RequestHandler {
  return (req, res, next) => {
    const { path } = req;
    if (path === prefix || path.startsWith(`${prefix}/`)) {
      const rest = req.url.slice(prefix.length);
      req.url = rest.startsWith("/") ? rest : `/${rest}`;
      next();
    } else if (path === "/" && (req.method === "GET" || req.method === "HEAD")) {
      res.redirect(302, prefix);
    } else {
      next(new HttpError(404, "404 page not found"));
    }
  };
}
