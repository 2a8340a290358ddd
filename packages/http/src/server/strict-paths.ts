import type { RequestHandler } from "express";
import { prefixOf, searchOf } from "./address-parts.ts";
import { sendText } from "./create-app.ts";

/** The methods that each path of a service knows; `/` at a path's end counts. */
export type KnownPaths = Readonly<Record<string, readonly string[]>>;

/**
 * Treats known paths as upstream's router does (httprouter), and leaves the rest to the routes behind it: a path that differs by case or by
 * a slash at its end is redirected, a method that a path doesn't have is 405, HEAD included, and OPTIONS tells which there are.
 */
export function strictPaths(known: KnownPaths): RequestHandler {
  const methodsOf = new Map(Object.entries(known));
  const meant = new Map(Object.keys(known).map((path) => [looseForm(path), path]));

  return (req, res, next) => {
    const methods = methodsOf.get(req.path);
    if (methods?.includes(req.method)) return next();
    if (methods !== undefined) {
      res.set("Allow", [...methods, "OPTIONS"].toSorted().join(", "));
      if (req.method === "OPTIONS") return void res.status(200).end();
      return sendText(res, 405, "Method Not Allowed\n");
    }
    const path = meant.get(looseForm(req.path));
    if (path === undefined) return next();
    // The routes behind are not as strict.
    if (methodsOf.get(path)?.includes(req.method) !== true) return sendText(res, 404, "404 page not found\n");
    res.redirect(req.method === "GET" ? 301 : 307, prefixOf(req.originalUrl, req.path) + path + searchOf(req.originalUrl));
  };
}

function looseForm(path: string): string {
  return (path.endsWith("/") ? path.slice(0, -1) : path).toLowerCase();
}
