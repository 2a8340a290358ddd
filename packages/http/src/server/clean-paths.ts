import { posix } from "node:path";
import type { RequestHandler } from "express";
import { prefixOf, searchOf } from "./address-parts.ts";

/** A segment that says nothing, or leads up: such a path is another one, written oddly. */
const UNCLEAN = /\/(?:\.{0,2}\/|\.{1,2}$)/;

/**
 * Sends a request for a path with empty segments or dots to the path that is meant (net/http `ServeMux`), as clients ask for `//metrics`
 * whose base address ends with a slash. What is encoded is left as it is. The method stays, and so does the host: the path does not begin
 * with two slashes any more, nor with what a browser takes for them.
 */
export const cleanPaths: RequestHandler = (req, res, next) => {
  if (!UNCLEAN.test(req.path)) return next();
  const { path, originalUrl } = req;
  res.redirect(307, prefixOf(originalUrl, path) + posix.normalize(path).replaceAll("\\", "%5C") + searchOf(originalUrl));
};
