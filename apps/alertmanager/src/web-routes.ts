import type { Registry } from "@ferula/client";
import { compress, createApp, landingPage, lifecycleRoutes, metricsHandler } from "@ferula/http";
import { Router, type Express } from "express";
import { requestMetrics } from "./metrics/request-metrics.ts";
import { requestTimeout } from "./request-timeout.ts";
import { versionInfo } from "./version.ts";

/** What is served, and below which path. */
export interface WebRoutes {
  readonly prefix: string;
  readonly registry: Registry;
  readonly api: Router;
  readonly reload: () => Promise<void>;
  readonly externalUrl: string;
  readonly timeoutMs: number;
}

/** The API, the page, the metrics and what starts a reload. */
export function createRoutes({ prefix, registry, api, reload, externalUrl, timeoutMs }: WebRoutes): Express {
  const app = createApp();
  const routes = Router();
  routes.use(requestMetrics(registry), requestTimeout(timeoutMs));
  routes.use(
    lifecycleRoutes({
      healthyText: "OK",
      readyText: "OK",
      reload,
      isEnabled: true,
      externalUrl,
      methods: ["POST"],
      wrongMethodText: "Only POST requests allowed.",
    }),
  );
  routes.get(
    "/metrics",
    compress(),
    metricsHandler(({ accept, names }) => registry.expose(accept, { names })),
  );
  routes.use("/api/v2", compress(), api);
  routes.use("/api/v1", (_req, res) => {
    res.status(410).json({
      status: "deprecated",
      error:
        "The Alertmanager v1 API was deprecated in version 0.16.0 and is removed as of version 0.28.0 - please use the equivalent route in the v2 API",
    });
  });
  routes.get(
    "/",
    landingPage({
      name: "Alertmanager",
      description: "Takes alerts, groups and silences them, and sends them on. Its pages come later; the API is there.",
      version: versionInfo.version,
      links: [
        { address: `${prefix}/api/v2/alerts/groups`, text: "Alerts by group" },
        { address: `${prefix}/api/v2/silences`, text: "Silences" },
        { address: `${prefix}/api/v2/status`, text: "Status" },
        { address: `${prefix}/metrics`, text: "Metrics" },
      ],
    }),
  );
  app.use(prefix === "" ? "/" : prefix, routes);
  if (prefix !== "") app.get("/", (_req, res) => res.redirect(302, `${prefix}/`));
  return app;
}
