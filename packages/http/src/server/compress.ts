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

/**
 * The coding of `offers` that a client likes best, by name or by `*`; the first of those that it likes as much. Undefined when it takes
 * none, or likes the answer as it is better.
 */
export function preferredCoding<Coding extends string>(accepted: string, offers: readonly Coding[]): Coding | undefined {
  const weights = new Map(accepted.split(",").map((coding) => weightOf(coding.trim().toLowerCase())));
  let best: Coding | undefined;
  let bestWeight = weights.get("identity") ?? 0;
  for (const offer of offers) {
    const weight = weights.get(offer) ?? weights.get(`x-${offer}`) ?? weights.get("*") ?? 0;
    // Who likes both as much is sent less.
    if (weight > bestWeight || (best === undefined && weight > 0 && weight === bestWeight)) {
      best = offer;
      bestWeight = weight;
    }
  }
  return best;
}

function weightOf(coding: string): readonly [string, number] {
  const [name, ...parameters] = coding.split(";").map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  return [name, weight === undefined ? 1 : Number(weight) || 0];
}
