import { compileRegexp } from "@ferula/regexp";
import type { RequestHandler } from "express";

/** What every question from a page of another origin is told (util/httputil/cors.go). */
const HEADERS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, Origin",
  "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
  "Access-Control-Expose-Headers": "Date",
};

/**
 * Lets pages of the origins that match the whole of `pattern` (a regular expression) read answers. The origin is repeated even where any
 * would do, as upstream does.
 */
export function cors(pattern: string): RequestHandler {
  const allowed = compileRegexp(pattern, { anchored: true });
  return (req, res, next) => {
    res.vary("Origin");
    const origin = req.get("origin");
    if (origin !== undefined && origin !== "") {
      res.set(HEADERS);
      if (allowed.test(origin)) res.set("Access-Control-Allow-Origin", origin);
    }
    next();
  };
}
