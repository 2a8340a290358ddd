import { negotiate, writeFamilies } from "@ferula/exposition";
import { compress, createApp, lifecycleRoutes, metricsHandler as scrapeHandler } from "@ferula/http";
import type { Logger } from "@ferula/logging";
import type { NameValidation } from "@ferula/model";
import type { Express, RequestHandler } from "express";
import { loadAssets } from "../assets.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { MAX_PENDING_CHANGES, type MetricStore } from "../store/metric-store.ts";
import { isPushPath } from "../url/grouping-key.ts";
import { metricsHandler, optionsHandler, statusHandler, type GatewayStatus } from "./api-handlers.ts";
import { exposedFamilies } from "./exposed-families.ts";
import { guarded } from "./guarded.ts";
import { metricsPage } from "./metrics-page.ts";
import { sendPage } from "./page.ts";
import { deleteHandler, pushHandler } from "./push-handlers.ts";
import { routeTable, sendEmpty, type Route } from "./route-table.ts";
import { statusPage } from "./status-page.ts";

/** What the routes work on. */
export interface GatewayAppDeps {
  readonly store: Pick<MetricStore, "groups" | "pendingCount" | "push" | "delete" | "wipe">;
  readonly metrics: GatewayMetrics;
  readonly status: GatewayStatus;
  readonly validation: NameValidation;
  readonly isChecked: boolean;
  readonly hasAdminApi: boolean;
  readonly hasLifecycle: boolean;
  readonly telemetryPath: string;
  /** "" or with a slash before and none behind. */
  readonly routePrefix: string;
  readonly externalUrl: string;
  readonly quit: () => void;
  readonly logger: Logger;
}

/** All routes of the gateway. */
export function createGatewayApp(deps: GatewayAppDeps): Express {
  const { logger, routePrefix } = deps;
  const app = createApp({ logger, routePrefix });
  app.use(compress());
  app.use("/api/v1", (req, res, next) =>
    req.method === "OPTIONS" ? deps.metrics.counted("api/v1/options", optionsHandler)(req, res, next) : next(),
  );
  app.use(routeTable(routesOf(deps), routePrefix));
  return app;
}

function routesOf(deps: GatewayAppDeps): readonly Route[] {
  const { store, metrics, status, externalUrl } = deps;
  const { counted, observed } = metrics;
  const changing = (handler: RequestHandler): RequestHandler => guarded(handler, externalUrl);
  const push = observed(counted("push", changing(pushHandler(deps))));
  const lifecycle = lifecycleRoutes({
    healthyText: "OK",
    readyText: "OK",
    problem: () => (store.pendingCount >= MAX_PENDING_CHANGES ? "write queue is full" : undefined),
    quit: deps.quit,
    isEnabled: deps.hasLifecycle,
    externalUrl,
  });
  const routes: Route[] = [
    { path: deps.telemetryPath, methods: { GET: scrape(deps) } },
    { path: isPushPath, methods: { PUT: push, POST: push, DELETE: counted("delete", changing(deleteHandler(deps))) } },
    { path: "/-/healthy", methods: { GET: counted("healthy", lifecycle) } },
    { path: "/-/ready", methods: { GET: counted("ready", lifecycle) } },
    { path: "/-/quit", methods: { GET: lifecycle, PUT: lifecycle, POST: lifecycle } },
    { path: "/api/v1/status", methods: { GET: counted("api/v1/status", statusHandler(status)) } },
    {
      path: "/api/v1/metrics",
      methods: {
        GET: counted(
          "api/v1/metrics",
          metricsHandler(() => store.groups),
        ),
      },
    },
    { path: "/", methods: { GET: counted("status", pageHandler(deps, "metrics")) } },
    { path: "/status", methods: { GET: counted("status", pageHandler(deps, "status")) } },
    ...loadAssets().map(({ path, handler }) => ({ path, methods: { GET: counted("static", handler) } })),
  ];
  if (deps.hasAdminApi) routes.push({ path: "/api/v1/admin/wipe", methods: { PUT: counted("wipe", changing(wipeHandler(deps))) } });
  return routes;
}

function scrape({ store, metrics }: GatewayAppDeps): RequestHandler {
  return scrapeHandler(async ({ accept }) => {
    const own = await metrics.registry.collect();
    const negotiated = negotiate(accept);
    return { contentType: negotiated.contentType, body: writeFamilies(exposedFamilies(own, store.groups.values()), negotiated) };
  });
}

function wipeHandler({ store, logger }: GatewayAppDeps): RequestHandler {
  return async (_req, res) => {
    logger.info("Deleting all groups");
    await store.wipe();
    sendEmpty(res, 202);
  };
}

function pageHandler({ store, status, validation, hasAdminApi }: GatewayAppDeps, tab: "metrics" | "status"): RequestHandler {
  return (_req, res) => {
    const content = tab === "metrics" ? metricsPage(store.groups, { validation, hasAdminApi }) : statusPage(status);
    sendPage(res, { tab, title: "Pushgateway", version: status.version.version, content });
  };
}
