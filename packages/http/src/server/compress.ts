import { deflateSync, gzipSync } from "node:zlib";
import compression from "compression";
import type { Request, RequestHandler, Response } from "express";

/** Below this an answer is not worth the work. */
const MIN_BYTES = 1024;

/** The fastest level: on a network as fast as a disk, time counts more than size. */
export const COMPRESSION_LEVEL = 1;

/** Up to this a whole answer is compressed in one call: a stream, with its thread and its pieces, would cost more than the work itself. */
const MOST_BYTES_AT_ONCE = 32 * 1024;

/** The better first. */
const CODINGS = ["gzip", "deflate"] as const;

const COMPRESSIBLE =
  /^(?:text\/|image\/svg\+xml|application\/(?:[\w.+-]*\+)?(?:json|xml|javascript|openmetrics-text|vnd\.google\.protobuf|manifest\+json|yaml|x-ndjson))/i;

/** Compresses answers by gzip or deflate, as upstream does, when the client takes them; `Vary` tells caches of it. */
export function compress(): RequestHandler {
  const compressPieces = compression({
    threshold: MIN_BYTES,
    level: COMPRESSION_LEVEL,
    filter: (_req, res) => isCompressible(res as Response),
  });
  return (req, res, next) => {
    const accepted = req.headers["accept-encoding"];
    // The middleware would prefer Brotli, to who takes anything, too; that costs many times as much for the same answer.
    if (accepted !== undefined) req.headers["accept-encoding"] = preferredCoding(accepted, CODINGS) ?? "identity";
    startLate(req, res, () => compressPieces(req, res, () => undefined));
    next();
  };
}

/** Starts the stream of an answer only when it comes in pieces; most are whole, and small. */
function startLate(req: Request, res: Response, startStream: () => void): void {
  // Values that are put back, and not called from here.
  const { write, end, writeHead } = res as unknown as Readonly<Record<"write" | "end" | "writeHead", unknown>>;
  const restore = (): void => void Object.assign(res, { write, end, writeHead });
  const start = (): void => {
    restore();
    // Who waits to write more waits for the stream.
    const waiting = res.rawListeners("drain") as (() => void)[];
    res.removeAllListeners("drain");
    startStream();
    for (const listener of waiting) res.on("drain", listener);
  };
  const whenStarted =
    (name: "write" | "writeHead") =>
    (...args: unknown[]): unknown => {
      start();
      return (res[name] as (...all: unknown[]) => unknown)(...args);
    };
  const endWhole = (...args: unknown[]): unknown => {
    const [body] = args;
    if (isWhole(req, res, body)) {
      restore();
      return res.end(compressWhole(req, res, body));
    }
    start();
    return (res.end as (...all: unknown[]) => unknown)(...args);
  };
  Object.assign(res, { write: whenStarted("write"), writeHead: whenStarted("writeHead"), end: endWhole });
}

function isWhole(req: Request, res: Response, body: unknown): body is Uint8Array {
  if (!ArrayBuffer.isView(body) || body.byteLength > MOST_BYTES_AT_ONCE || res.headersSent || req.method === "HEAD") return false;
  // What is encoded already, or must not be changed, is left to the one who reads these headers.
  return !res.hasHeader("Content-Encoding") && !res.hasHeader("Cache-Control");
}

/** The body as it is sent, under headers that say so. */
function compressWhole(req: Request, res: Response, body: Uint8Array): Uint8Array {
  if (!isCompressible(res)) return body;
  res.vary("Accept-Encoding");
  const coding = body.byteLength < MIN_BYTES ? undefined : preferredCoding(req.headers["accept-encoding"] ?? "", CODINGS);
  if (coding === undefined) return body;
  const pack = coding === "gzip" ? gzipSync : deflateSync;
  const packed = pack(body, { level: COMPRESSION_LEVEL });
  res.setHeader("Content-Encoding", coding);
  res.setHeader("Content-Length", packed.byteLength);
  return packed;
}

function isCompressible(res: Response): boolean {
  return COMPRESSIBLE.test(String(res.getHeader("Content-Type") ?? ""));
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
