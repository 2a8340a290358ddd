import { requireSameSite } from "@ferula/http";
import type { RequestHandler } from "express";

/**
 * Refuses what a browser sends to `handler` on behalf of another site. What the handler returns is passed on, so that the rejection of an
 * asynchronous one reaches express.
 */
export function guarded(handler: RequestHandler, externalUrl: string): RequestHandler {
  const guard = requireSameSite(externalUrl === "" ? {} : { externalUrl });
  return (req, res, next) => {
    let isAllowed = false;
    // The guard decides before it returns.
    guard(req, res, (problem?: unknown) => {
      if (problem === undefined) isAllowed = true;
      else next(problem);
    });
    return isAllowed ? handler(req, res, next) : undefined;
  };
}
