import type { Request, RequestHandler } from "express";
import { HttpError } from "./http-error.ts";

/** Whose pages may send changing requests, besides those that the service itself serves. */
export interface SameSiteOptions {
  /** `--web.external-url`: behind a proxy that changes the Host header, a browser's origin is this one. */
  readonly externalUrl?: string;
}

const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses a changing request that a browser sends on behalf of another site. Programs send neither `Sec-Fetch-Site` nor `Origin` and
 * are not concerned.
 */
export function requireSameSite({ externalUrl }: SameSiteOptions = {}): RequestHandler {
  const ownHost = externalUrl !== undefined && URL.canParse(externalUrl) ? new URL(externalUrl).host : undefined;
  return (req, _res, next) => {
    if (SAFE.has(req.method) || isFromSameSite(req, ownHost)) next();
    else next(new HttpError(403, "cross-site requests may not change anything"));
  };
}

function isFromSameSite(req: Request, ownHost: string | undefined): boolean {
  // A page can't forge this header. `same-site` is not enough: a neighbour's page under the same domain is another site to us.
  const site = req.get("sec-fetch-site");
  if (site === "cross-site") return false;
  if (site === "same-origin" || site === "none") return true;
  const origin = req.get("origin");
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const { host } = new URL(origin);
  return host !== "" && (host === req.get("host") || host === ownHost);
}
