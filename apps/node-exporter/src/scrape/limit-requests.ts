import { HttpError } from "@ferula/http";
import type { RequestHandler } from "express";

/** Lets `maxRequests` requests in at a time, 0 for as many as come, and answers 503 to the others at once. */
export function limitRequests(maxRequests: number): RequestHandler {
  let inFlight = 0;
  return (_req, res, next) => {
    if (maxRequests > 0 && inFlight >= maxRequests) {
      throw new HttpError(503, `Limit of concurrent requests reached (${maxRequests}), try again later.`);
    }
    inFlight++;
    // "close" comes once for each answer, also when the client goes away.
    res.once("close", () => inFlight--);
    next();
  };
}
