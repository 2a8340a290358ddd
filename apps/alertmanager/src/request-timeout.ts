import { formatGoDuration } from "@ferula/durations";
import type { RequestHandler, Response } from "express";

/** Answers 503 in place of a handler that takes longer; what the handler says after that is lost, as with Go's `http.TimeoutHandler`. */
export function requestTimeout(timeoutMs: number): RequestHandler {
  if (timeoutMs <= 0) return (_req, _res, next) => next();
  const text = `Exceeded configured timeout of ${formatGoDuration(timeoutMs)}.\n`;
  return (_req, res, next) => {
    const timer = setTimeout(() => {
      if (res.headersSent) return;
      res.status(503).type("text/plain").send(text);
      mute(res);
    }, timeoutMs);
    res.once("close", () => clearTimeout(timer));
    next();
  };
}

/** The handler does not know that its time is over: to write into what was sent would be an error. */
function mute(res: Response): void {
  res.setHeader = () => res;
  res.write = () => false;
  res.end = () => res;
}
