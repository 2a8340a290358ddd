import type { RequestHandler, Response, Router } from "express";
import { addRoute, createRoutes, sendPlain } from "../add-route.ts";
import { sendData } from "../answer/envelope.ts";
import { goJson } from "../answer/go-json.ts";
import { goTime } from "../answer/go-time.ts";
import { cors, type CorsOrigin } from "../cors.ts";
import type { NotificationsPort, NotificationView, WalReplayView } from "../ports.ts";

/** Whether the program answers questions yet, or no longer. */
export type Readiness = "starting" | "ready" | "stopping";

/** What is there before the storage is open. */
export interface EarlyDeps {
  readonly corsOrigin: CorsOrigin;
  readonly readiness: () => Readiness;
  readonly walReplay: () => WalReplayView;
  readonly notifications: NotificationsPort;
}

/**
 * The part of API v1 that is answered at all times: how far the log is replayed, and notifications. All else is 503 until the program is
 * ready, and again when it stops (web/web.go `testReady`). To be mounted at `/api/v1`, before `apiRoutes` and before any compression,
 * which would hold events back.
 */
export function earlyRoutes({ corsOrigin, readiness, walReplay, notifications }: EarlyDeps): Router {
  const routes = createRoutes();
  routes.use(cors(corsOrigin));
  addRoute(routes, "GET", "/status/walreplay", (_req, res) => sendData(res, walReplay()));
  addRoute(routes, "GET", "/notifications", (_req, res) => sendData(res, notifications.list().map(notificationJson)));
  addRoute(routes, "GET", "/notifications/live", (_req, res) => sendLive(res, notifications));
  routes.use(whenReady(readiness));
  routes.use(answerOptions);
  return routes;
}

/** Of any path: what a browser needs to know is in the headers. */
const answerOptions: RequestHandler = (req, res, next) => {
  if (req.method === "OPTIONS") res.status(204).end();
  else next();
};

/** Answers 503 until the program is ready, and again when it stops; behind it are routes that need all of it. */
export function whenReady(readiness: () => Readiness): RequestHandler {
  return (_req, res, next) => {
    const now = readiness();
    if (now === "ready") return next();
    res.set("X-Prometheus-Stopping", String(now === "stopping"));
    sendPlain(res, 503, "Service Unavailable");
  };
}

/** Sends events (the HTML standard, "Server-sent events") until the client leaves or the program stops. */
function sendLive(res: Response, { subscribe }: NotificationsPort): void {
  res.setHeader("Content-Type", "text/event-stream");
  res.set({ "Cache-Control": "no-cache", Connection: "keep-alive" });
  const unsubscribe = subscribe({
    take(notification) {
      // A client that doesn't read must not make the server keep what it is sent.
      if (res.writableNeedDrain) return false;
      res.write(`data: ${goJson(notificationJson(notification))}\n\n`);
      return true;
    },
    end: () => res.end(),
  });
  if (unsubscribe === undefined) return void res.status(204).end();
  res.once("close", unsubscribe);
  res.flushHeaders();
}

function notificationJson({ text, dateMs, isActive }: NotificationView): unknown {
  return { text, date: goTime(dateMs), active: isActive };
}
