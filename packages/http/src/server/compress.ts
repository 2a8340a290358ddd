import compression from "compression";
import type { RequestHandler } from "express";

/** Below this an answer is not worth the work. */
const MIN_BYTES = 1024;

/** Compresses answers by gzip or deflate when the client takes them. The fastest level: on a network as fast as a disk, time counts more than size. */
export function compress(): RequestHandler {
  return compression({ threshold: MIN_BYTES, level: 1 });
}
