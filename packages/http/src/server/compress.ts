import compression from "compression";
import type { RequestHandler } from "express";

/** Below this an answer is not worth the work. */
const MIN_BYTES = 1024;

/** The fastest level: on a network as fast as a disk, time counts more than size. */
export const COMPRESSION_LEVEL = 1;

const COMPRESSIBLE =
  /^(?:text\/|image\/svg\+xml|application\/(?:[\w.+-]*\+)?(?:json|xml|javascript|openmetrics-text|manifest\+json|yaml|x-ndjson))/i;

/** Compresses answers by gzip or deflate, as upstream does, when the client takes them; `Vary` tells caches of it. */
export function compress(): RequestHandler {
  const middleware = compression({
    threshold: MIN_BYTES,
    level: COMPRESSION_LEVEL,
    filter: (_req, res) => COMPRESSIBLE.test(String(res.getHeader("Content-Type") ?? "")),
  });
  return (req, res, next) => {
    const accepted = req.headers["accept-encoding"];
    // The middleware would prefer Brotli, which costs many times as much for the same answer.
    if (accepted !== undefined) req.headers["accept-encoding"] = withoutBrotli(accepted);
    middleware(req, res, next);
  };
}

function withoutBrotli(accepted: string): string {
  return accepted
    .split(",")
    .filter((coding) => !/^\s*br\s*(?:;|$)/i.test(coding))
    .join(",");
}

/** Whether a client takes gzip: by name or by `*`, and not with a weight of 0. */
export function acceptsGzip(accepted: string): boolean {
  const weights = new Map(accepted.split(",").map((coding) => weightOf(coding.trim().toLowerCase())));
  return (weights.get("gzip") ?? weights.get("x-gzip") ?? weights.get("*") ?? 0) > 0;
}

function weightOf(coding: string): readonly [string, number] {
  const [name, ...parameters] = coding.split(";").map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  return [name, weight === undefined ? 1 : Number(weight) || 0];
}
