import { goQuote } from "@ferula/durations";
import { compileRegexp } from "@ferula/regexp";
import type { RequestHandler } from "express";

/** The origins whose pages may read answers. */
export interface CorsOrigin {
  readonly test: (origin: string) => boolean;
}

/** Reads `--web.cors.origin`, a regular expression of the whole origin. Throws where it is none, in upstream's words. */
export function readCorsOrigin(pattern: string): CorsOrigin {
  try {
    return compileRegexp(pattern, { anchored: true });
  } catch (error) {
    throw new Error(`could not compile CORS regex string ${goQuote(pattern)}: ${(error as Error).message}`, { cause: error });
  }
}

/** What every question from a page of another origin is told (util/httputil/cors.go). */
const HEADERS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, Origin",
  "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
  "Access-Control-Expose-Headers": "Date",
};

/** Lets pages of the `allowed` origins read answers. The origin is repeated even where any would do, as upstream does. */
export function cors(allowed: CorsOrigin): RequestHandler {
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
