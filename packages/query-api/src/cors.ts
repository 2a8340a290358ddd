import type { RequestHandler } from "express";
import { compileRegexp } from "@ferula/regexp";

const HEADERS = "Accept, Authorization, Content-Type, Origin";

/** Lets pages of the origins that match `pattern` read answers (util/httputil/cors.go), and answers their questions beforehand. */
export function cors(pattern: string): RequestHandler {
  const allowed = compileRegexp(pattern, { anchored: true });
  return (req, res, next) => {
    const origin = req.get("origin");
    res.vary("Origin");
    if (origin !== undefined && allowed.test(origin)) {
      res.set({
        "Access-Control-Allow-Headers": HEADERS,
        "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "Date",
      });
    }
    if (req.method === "OPTIONS") res.status(204).end();
    else next();
  };
}
