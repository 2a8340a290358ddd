import type { Request, RequestHandler } from "express";
import { HttpError } from "./http-error.ts";

const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses a changing request that a browser sends on behalf of another site. Programs send neither `Sec-Fetch-Site` nor `Origin` and
 * are not concerned.
 */
export function requireSameSite(): RequestHandler {
  return (req, _res, next) => {
    if (SAFE.has(req.method) || isFromSameSite(req)) next();
    else next(new HttpError(403, "cross-site requests may not change anything"));
  };
}

function isFromSameSite(req: Request): boolean {
  if (req.get("sec-fetch-site") === "cross-site") return false;
  const origin = req.get("origin");
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === req.get("host");
}
