import type { Logger } from "@ferula/logging";
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Response } from "express";
import { isHttpError } from "./http-error.ts";
import { normalizeRoutePrefix, underPrefix } from "./route-prefix.ts";

/** What an app may be given. */
export interface AppOptions {
  /** Takes the errors that nobody expected, when `finishApp` is called without a logger. */
  readonly logger?: Logger;
  /** As in `--web.route-prefix`: routes are added without it. */
  readonly routePrefix?: string;
}

const loggers = new WeakMap<Express, Logger>();

/**
 * An express app as every service wants it: no signature, no ETags, no query parser that builds objects. The caller adds routes;
 * `listen` adds what answers for the rest.
 */
export function createApp({ logger, routePrefix = "" }: AppOptions = {}): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  // `a[b]=c` is a name like any other, as in Go; repeated names make a list.
  app.set("query parser", "simple");
  // A proxy that keeps a path to itself keeps that one, as it is written.
  app.enable("case sensitive routing");
  if (logger !== undefined) loggers.set(app, logger);
  const prefix = normalizeRoutePrefix(routePrefix);
  if (prefix !== "") app.use(underPrefix(prefix));
  return app;
}

const finished = new WeakSet<Express>();

/**
 * Answers what no route did: 404 in Go's words, and errors as text. Unexpected errors are logged and tell the client nothing. Called
 * again, it changes nothing. Without a logger, it is the app's.
 */
export function finishApp(app: Express, logger: Logger | undefined = loggers.get(app)): void {
  if (finished.has(app)) return;
  finished.add(app);
  app.use(notFound);
  app.use(answerError(logger));
}

const notFound: RequestHandler = (_req, res) => {
  sendText(res, 404, "404 page not found\n");
};

/** A plain text that no browser takes for something else. */
export function sendText(res: Response, status: number, text: string): void {
  res.set("X-Content-Type-Options", "nosniff");
  res.status(status).type("text/plain").send(text);
}

/** The last error handler of an app. */
function answerError(logger: Logger | undefined): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const status = statusOf(error);
    const isExpected = isHttpError(error) || status < 500;
    if (!isExpected) logger?.error("A request failed unexpectedly", { method: req.method, path: req.path, err: error });
    if (res.headersSent) {
      // Half an answer is out: only closing the connection tells that it is not whole.
      res.destroy();
      return;
    }
    sendText(res, status, `${isExpected ? (error as Error).message : "internal server error"}\n`);
  };
}

/** Express and its body parsers mark what a client did wrong with a status of their own. */
function statusOf(error: unknown): number {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === "number" && status >= 400 && status < 600 ? status : 500;
}
