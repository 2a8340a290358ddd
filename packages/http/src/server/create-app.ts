import type { Logger } from "@ferula/logging";
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import { isHttpError } from "./http-error.ts";

/**
 * An express app as every service wants it: no signature, no ETags, no query parser that builds objects. The caller adds routes;
 * `listen` adds what answers for the rest.
 */
export function createApp(): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  // `a[b]=c` is a name like any other, as in Go; repeated names make a list.
  app.set("query parser", "simple");
  return app;
}

const finished = new WeakSet<Express>();

/**
 * Answers what no route did: 404 in Go's words, and errors as text. Unexpected errors are logged and tell the client nothing. Called
 * again, it changes nothing.
 */
export function finishApp(app: Express, logger: Logger): void {
  if (finished.has(app)) return;
  finished.add(app);
  app.use(notFound);
  app.use(answerError(logger));
}

const notFound: RequestHandler = (_req, res) => {
  res.status(404).type("text/plain").send("404 page not found\n");
};

/** The last error handler of an app. */
export function answerError(logger: Logger): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    if (res.headersSent) {
      // Half an answer is out: only closing the connection tells that it is not whole.
      res.destroy();
      return;
    }
    const status = statusOf(error);
    if (status >= 500 && !isHttpError(error))
      logger.error("A request failed unexpectedly", { method: req.method, path: req.path, err: error });
    const message = isHttpError(error) || status < 500 ? (error as Error).message : "internal server error";
    res.status(status).type("text/plain").send(`${message}\n`);
  };
}

/** Express and its body parsers mark what a client did wrong with a status of their own. */
function statusOf(error: unknown): number {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === "number" && status >= 400 && status < 600 ? status : 500;
}
