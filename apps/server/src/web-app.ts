import type { Registry } from "@ferula/client";
import { cleanPaths, compress, createApp, lifecycleRoutes, metricsHandler, strictPaths, type KnownPaths } from "@ferula/http";
import type { Logger } from "@ferula/logging";
import { API_PATHS, earlyRoutes, type EarlyDeps, type Readiness, whenReady } from "@ferula/query-api";
import { traceRequests, type Tracing } from "@ferula/tracing";
import { SERVER_PAGES } from "@ferula/web-ui";
import { Router, type Express, type RequestHandler } from "express";
import { FAVICON_PATHS, faviconRoutes } from "./favicon.ts";
import { API_PREFIX, createHttpMetrics, nameHandler } from "./http-metrics.ts";
import { MOVED_PAGES, pageRoutes } from "./pages.ts";
import { profilingRoutes } from "./profiling/routes.ts";
import type { Settings } from "./settings.ts";
import { consolesLink, userPages } from "./user-pages.ts";
import { versionInfo } from "./version.ts";

/** What is served, from before the storage is open. */
export interface WebApp {
  readonly app: Express;
  /** Serves API v1, which needs the storage; without it, and until the server is ready, its paths are 503. */
  readonly serveApi: (api: Router) => void;
  /** Serves `/federate`, to which the same applies. */
  readonly serveFederation: (federate: RequestHandler) => void;
  /** Serves the consoles; to them, too. */
  readonly serveConsoles: (consoles: RequestHandler) => void;
}

/** What the app is made of. */
export interface WebAppDeps extends Pick<EarlyDeps, "walReplay" | "notifications"> {
  readonly settings: Settings;
  readonly registry: Registry;
  readonly tracing: Pick<Tracing, "tracer">;
  readonly readiness: () => Readiness;
  readonly reload: () => Promise<void>;
  readonly quit: () => void;
  readonly logger: Logger;
}

const GET: readonly string[] = ["GET"];
const GET_OR_HEAD: readonly string[] = ["GET", "HEAD"];
const CHANGING: readonly string[] = ["GET", "POST", "PUT"];

/** The paths beside those of the API and of assets (web/web.go `New`). */
const PATHS: KnownPaths = {
  ...Object.fromEntries(
    [...SERVER_PAGES, ...Object.keys(MOVED_PAGES), ...FAVICON_PATHS, "/", "/graph", "/version", "/metrics", "/federate"].map((path) => [
      path,
      GET,
    ]),
  ),
  "/-/healthy": GET_OR_HEAD,
  "/-/ready": GET_OR_HEAD,
  "/-/reload": CHANGING,
  "/-/quit": CHANGING,
};

/** What answers the API's OPTIONS, whatever their paths. */
const API_OPTIONS = `${API_PREFIX}/*path`;

/** Under which names requests are counted, those of `/user` and of features that are off apart. */
const HANDLERS: readonly string[] = [
  ...Object.keys(PATHS),
  ...API_PATHS.map((path) => API_PREFIX + path),
  API_OPTIONS,
  "/assets/*filepath",
  "/consoles/*filepath",
  "/debug/*subpath",
];

/** Makes the app; nothing listens yet. */
export function createWebApp(deps: WebAppDeps): WebApp {
  const { settings, registry, readiness, logger } = deps;
  const { measure, countScrape } = createHttpMetrics(registry, HANDLERS);
  const app = createApp({ logger, routePrefix: settings.routePrefix });
  app.use(cleanPaths);
  let api: Router | undefined;
  let federate: RequestHandler | undefined;
  let consoles: RequestHandler | undefined;
  app.use(traceRequests(deps.tracing.tracer));
  app.use(measure);
  app.options(API_OPTIONS, (_req, res, next) => {
    nameHandler(res, API_OPTIONS);
    next();
  });
  app.use(API_PREFIX, earlyRoutes({ ...deps, corsOrigin: settings.corsOrigin }));
  app.use(API_PREFIX, compress(), (req, res, next) => (api === undefined ? next() : api(req, res, next)));
  app.use(strictPaths(PATHS));
  app.use(ownLifecycleRoutes(deps));
  app.get(
    "/metrics",
    countScrape,
    metricsHandler(({ accept, names }) => registry.expose(accept, { names })),
  );
  app.get("/federate", whenReady(readiness), compress(), (req, res, next) => (federate === undefined ? next() : federate(req, res, next)));
  app.get("/version", (_req, res) => {
    const { version, revision, branch, buildUser, buildDate } = versionInfo;
    // Upstream leaves the type to Go, which takes JSON for text.
    res.type("text/plain").send(`${JSON.stringify({ version, revision, branch, buildUser, buildDate, goVersion: process.version })}\n`);
  });
  const { values } = settings;
  const externalPath = new URL(`${settings.externalUrl}/`).pathname.slice(0, -1);
  const consolesWhenReady = Router().use(whenReady(readiness), compress(), (req, res, next) =>
    consoles === undefined ? next() : consoles(req, res, next),
  );
  app.use(userPages(values, consolesWhenReady), profilingRoutes(), faviconRoutes());
  app.use(
    compress(),
    pageRoutes({ externalPath, title: values["web.page-title"], consolesLink: () => consolesLink(values, externalPath) }),
  );
  return {
    app,
    serveApi: (routes) => void (api = routes),
    serveFederation: (handler) => void (federate = handler),
    serveConsoles: (handler) => void (consoles = handler),
  };

  function ownLifecycleRoutes({ reload, quit }: WebAppDeps): Router {
    return lifecycleRoutes({
      externalUrl: settings.externalUrl,
      healthyText: "Prometheus Server is Healthy.\n",
      readyText: "Prometheus Server is Ready.\n",
      isReady: () => readiness() === "ready",
      isStopping: () => readiness() === "stopping",
      reload,
      quit,
      isEnabled: settings.values["web.enable-lifecycle"],
      wrongMethodText: "Only POST or PUT requests allowed",
    });
  }
}
