import type { RequestHandler } from "express";
import { sendText } from "./create-app.ts";

/** The methods that each path of a service knows; `/` at a path's end counts. */
export type KnownPaths = Readonly<Record<string, readonly string[]>>;

/**
 * Treats known paths as upstream's router does (httprouter), and leaves the rest to the routes behind it: a slash too many or too few at
 * the end is redirected, a method that a path doesn't have is 405, HEAD included, and OPTIONS tells which there are.
 */
export function strictPaths(known: KnownPaths): RequestHandler {
  const methodsOf = (path: string): readonly string[] | undefined => (Object.hasOwn(known, path) ? known[path] : undefined);

  return (req, res, next) => {
    const methods = methodsOf(req.path);
    if (methods?.includes(req.method)) return next();
    if (methods !== undefined) {
      res.set("Allow", [...methods, "OPTIONS"].toSorted().join(", "));
      if (req.method === "OPTIONS") return void res.status(200).end();
      return sendText(res, 405, "Method Not Allowed\n");
    }
    if (!methodsOf(withOtherEnd(req.path))?.includes(req.method)) return next();
    // The whole address: a prefix that was taken off before stays in it.
    const mark = req.originalUrl.indexOf("?");
    const path = mark < 0 ? req.originalUrl : req.originalUrl.slice(0, mark);
    res.redirect(req.method === "GET" ? 301 : 307, withOtherEnd(path) + req.originalUrl.slice(path.length));
  };
}

function withOtherEnd(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
}
