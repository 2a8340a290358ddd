import type { Logger } from "@ferula/logging";
import type { Queryable } from "@ferula/storage";
import express, { Router } from "express";
import { cors } from "./cors.ts";
import { answerApiError, sendData } from "./envelope.ts";
import type { AlertmanagersPort, MetadataPort, RulesPort, StatusPort, TargetsPort } from "./ports.ts";
import type { QueryService } from "./query-service.ts";
import { labelRoutes } from "./routes/labels.ts";
import { queryRoutes } from "./routes/query.ts";
import { ruleRoutes } from "./routes/rules.ts";
import { statusRoutes } from "./routes/status.ts";
import { targetRoutes } from "./routes/targets.ts";

export interface ApiDeps {
  readonly queries: QueryService;
  readonly storage: Queryable;
  readonly targets: TargetsPort;
  readonly rules: RulesPort;
  readonly alertmanagers: AlertmanagersPort;
  readonly metadata: MetadataPort;
  readonly status: StatusPort;
  /** Whether the log has been replayed; before, every route but one answers 503. */
  readonly isReady: () => boolean;
  readonly lookbackMs: number;
  readonly corsOrigin: string;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

/** A query may be as long as a body of this size. */
const MAX_FORM = "10mb";

/** API v1, to be mounted at `/api/v1` (web/api/v1/api.go). */
export function apiRoutes(deps: ApiDeps): Router {
  const routes = Router();
  routes.use(cors(deps.corsOrigin));
  routes.get("/status/walreplay", (_req, res) => sendData(res, deps.status.walReplay()));
  routes.use((_req, res, next) => {
    if (deps.isReady()) next();
    else res.status(503).type("text/plain").send("Service Unavailable");
  });
  routes.use(express.text({ type: "application/x-www-form-urlencoded", limit: MAX_FORM }));
  routes.use(queryRoutes(deps));
  routes.use(labelRoutes(deps.storage));
  routes.use(targetRoutes(deps));
  routes.use(ruleRoutes(deps.rules));
  routes.use(statusRoutes(deps.status));
  routes.use(answerApiError(deps.logger));
  return routes;
}

