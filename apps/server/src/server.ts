import { availableParallelism, hostname } from "node:os";
import { Registry } from "@ferula/client";
import { createDiscoveryManager } from "@ferula/discovery";
import { systemClock } from "@ferula/durations";
import { nodeFiles } from "@ferula/files";
import type { FlagValues } from "@ferula/flags";
import { compress, createApp, lifecycleRoutes, listen, metricsHandler } from "@ferula/http";
import { createSharedMemory } from "@ferula/kernels";
import type { Logger } from "@ferula/logging";
import { fnv1a64, formatLabels, type MetricType } from "@ferula/model";
import { createNotifier } from "@ferula/notifier";
import { instantParams } from "@ferula/promql";
import { apiRoutes, createQueryService, startQueryPool } from "@ferula/query-api";
import { createRuleManager } from "@ferula/rules";
import { createScrapeManager, createScrapeMetrics, createWorkspace, type MetadataSink } from "@ferula/scrape";
import { externalLabels, printServerConfig } from "@ferula/server-config";
import { openDb, type Db } from "@ferula/tsdb";
import { Router, type Express } from "express";
import type { flagsDefinition } from "./flags.ts";
import { globalUrl } from "./global-url.ts";
import { loadConfig, warnOfNoEffect, type LoadedConfig } from "./load-config.ts";
import { pageRoutes } from "./pages.ts";
import { createSelfMetrics } from "./self-metrics.ts";
import { statusView } from "./status.ts";
import { versionInfo } from "./version.ts";
import { rulesView, targetsView } from "./views.ts";

type Values = FlagValues<(typeof flagsDefinition)["flags"]>;

/** A running server. */
export interface Server {
  readonly urls: readonly string[];
  /** Puts the configuration file into force again. Fails with its mistakes, and then changes nothing. */
  readonly reload: () => Promise<void>;
  /** Stops in the order in which data flows: no more requests, scrapes and rules; then notifications and queries; the log last. */
  readonly stop: () => Promise<void>;
}

export interface ServerOptions {
  readonly values: Values;
  /** All flags as text, for the status page. */
  readonly flags: ReadonlyMap<string, string>;
  /** The configuration, loaded already: one with mistakes must not get this far. */
  readonly loaded: LoadedConfig;
  readonly logger: Logger;
  /** Called by `/-/quit`. */
  readonly quit: () => void;
}

/** Opens the storage, starts all parts and listens. Fails with the reason when one of them can't be had. */
export async function startServer({ values, flags, loaded, logger, quit }: ServerOptions): Promise<Server> {
  const clock = systemClock;
  const { nowMs } = clock;
  const startedMs = nowMs();
  const registry = new Registry();
  const shared = createSharedMemory();
  const db = await openDb({
    dir: values["storage.tsdb.path"].replace(/(.)\/+$/, "$1"),
    files: nodeFiles,
    shared,
    logger: logger.with({ component: "tsdb" }),
    walFsync: values["storage.tsdb.wal-fsync"] === "commit" ? "commit" : "segment",
    chunkRangeMs: values["storage.tsdb.min-block-duration"],
    noLockfile: values["storage.tsdb.no-lockfile"],
  });
  const workerCount = values["query.workers"] || Math.max(1, availableParallelism() - 1);
  const metrics = createSelfMetrics(registry, db);
  const externalUrl = externalUrlOf(values);
  const prefix = routePrefixOf(values, externalUrl);
  const userAgent = `Prometheus/${versionInfo.version}`;
  let active = loaded;
  let labels = externalLabels(loaded.config.global, process.env);
  let lastReload = { successful: true, timeMs: nowMs() };

  const queries = createQueryService({
    pool: startQueryPool({
      shared,
      workerCount,
      reserveDecodeScratch: db.reserveDecodeScratch,
      maxConcurrency: values["query.max-concurrency"],
    }),
    source: db,
    maxSamples: values["query.max-samples"],
    timeoutMs: values["query.timeout"],
    maxConcurrency: values["query.max-concurrency"],
    registry,
  });
  const notifier = createNotifier({
    queueCapacity: values["alertmanager.notification-queue-capacity"],
    batchSize: values["alertmanager.notification-batch-size"],
    drainOnShutdown: values["alertmanager.drain-notification-queue-on-shutdown"],
    userAgent,
    logger: logger.with({ component: "notifier" }),
    registry,
  });
  const rules = createRuleManager({
    query: (expr, evalTimeMs, signal) =>
      queries.vector(expr, instantParams(evalTimeMs, { lookbackMs: values["query.lookback-delta"] }), signal),
    appender: db,
    sendAlerts: notifier.send,
    clock,
    logger: logger.with({ component: "rules" }),
    externalUrl,
    externalLabels: () => labels,
    resendDelayMs: values["rules.alert.resend-delay"],
    registry,
  });
  const scrape = createScrapeManager({
    appender: db,
    workspace: createWorkspace(shared),
    clock,
    logger: logger.with({ component: "scrape" }),
    metrics: createScrapeMetrics(registry),
    metadata: metadataSink(db),
    // The host and its external labels: two servers of a pair ask a target at different times.
    seed: fnv1a64(new TextEncoder().encode(hostname() + formatLabels(labels))),
    userAgent,
  });
  const throttleMs = values["scrape.discovery-reload-interval"];
  const discovery = { clock, registry, throttleMs, logger: logger.with({ component: "discovery" }) };
  const scrapeDiscovery = createDiscoveryManager({ ...discovery, name: "scrape", onUpdate: scrape.sync });
  const notifyDiscovery = createDiscoveryManager({ ...discovery, name: "notify", onUpdate: notifier.sync });

  /** Puts all of it into force. A part that fails does not keep the others from it (cmd/prometheus `reloadConfig`). */
  function apply({ config, ruleFiles }: LoadedConfig): void {
    labels = externalLabels(config.global, process.env);
    warnOfNoEffect(config, logger);
    const parts: Readonly<Record<string, () => void>> = {
      scrape: () => scrape.apply(config.scrape_configs),
      scrape_sd: () => scrapeDiscovery.apply(new Map(config.scrape_configs.map((job) => [job.job_name, job]))),
      notify: () => notifier.apply(config.alerting, labels),
      notify_sd: () => notifyDiscovery.apply(new Map(config.alerting.alertmanagers.map((section, i) => [String(i), section]))),
      rules: () =>
        rules.apply(ruleFiles, { intervalMs: config.global.evaluation_interval, queryOffsetMs: config.global.rule_query_offset }),
    };
    const failed = Object.keys(parts).filter((name) => {
      try {
        parts[name]();
        return false;
      } catch (error) {
        logger.error("Failed to apply configuration", { part: name, err: error });
        return true;
      }
    });
    if (failed.length > 0) throw new Error(`one or more errors occurred while applying the new configuration: ${failed.join(", ")}`);
    metrics.reloadSuccessful.set(1);
    metrics.reloadSuccessTimestamp.set(nowMs() / 1000);
    lastReload = { successful: true, timeMs: nowMs() };
  }

  async function reload(): Promise<void> {
    const file = values["config.file"];
    try {
      active = loadConfig(file);
      apply(active);
    } catch (error) {
      metrics.reloadSuccessful.set(0);
      lastReload = { ...lastReload, successful: false };
      logger.error("Error reloading config", { file, err: error });
      throw error;
    }
    logger.info("Completed loading of configuration file", { file });
  }

  const api = apiRoutes({
    queries,
    storage: db,
    targets: targetsView(scrape, (url) => globalUrl(url, { externalUrl, listenAddresses: values["web.listen-address"] })),
    rules: rulesView(rules),
    alertmanagers: { active: () => notifier.alertmanagers().active, dropped: () => notifier.alertmanagers().dropped },
    metadata: db.metadata,
    status: statusView({
      db,
      config: () => printServerConfig(active.config),
      flags,
      startedMs,
      nowMs,
      lastReload: () => lastReload,
      workerCount,
    }),
    isReady: () => true,
    lookbackMs: values["query.lookback-delta"],
    corsOrigin: values["web.cors.origin"],
    nowMs,
    logger,
  });
  const lifecycle = lifecycleRoutes({
    externalUrl,
    healthyText: "Prometheus Server is Healthy.\n",
    readyText: "Prometheus Server is Ready.\n",
    reload,
    quit,
    isEnabled: values["web.enable-lifecycle"],
  });

  async function stop(): Promise<void> {
    await Promise.all([scrapeDiscovery.stop(), notifyDiscovery.stop()]);
    await Promise.all([scrape.stop(), rules.stop()]);
    await notifier.stop();
    await queries.close();
    metrics.stop();
    await db.close();
  }

  try {
    const listening = await listen({
      app: createRoutes({ prefix, registry, api, lifecycle, measure: metrics.measure }),
      addresses: values["web.listen-address"],
      webConfigFile: values["web.config.file"],
      logger: logger.with({ component: "web" }),
      maxConnections: values["web.max-connections"],
      readTimeoutMs: values["web.read-timeout"],
    });
    apply(loaded);
    metrics.ready.set(1);
    logger.info("Server is ready to receive web requests.");
    return {
      urls: listening.urls,
      reload,
      async stop() {
        await listening.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Routes {
  readonly prefix: string;
  readonly registry: Registry;
  readonly api: Router;
  readonly lifecycle: Router;
  readonly measure: ReturnType<typeof createSelfMetrics>["measure"];
}

function createRoutes({ prefix, registry, api, lifecycle, measure }: Routes): Express {
  const app = createApp();
  const routes = Router();
  routes.use(measure);
  routes.use(lifecycle);
  routes.get(
    "/metrics",
    compress(),
    metricsHandler(async () => ({ contentType: registry.contentType, body: await registry.metrics() })),
  );
  routes.get("/version", (_req, res) => {
    const { version, revision, branch, buildUser, buildDate } = versionInfo;
    res.json({ version, revision, branch, buildUser, buildDate, goVersion: process.version });
  });
  routes.use("/api/v1", compress(), api);
  routes.use(compress(), pageRoutes(prefix));
  app.use(prefix === "" ? "/" : prefix, routes);
  if (prefix !== "") app.get("/", (_req, res) => res.redirect(302, `${prefix}/`));
  return app;
}

/** The latest word on a metric counts, from whichever target it comes. */
function metadataSink({ metadata }: Db): MetadataSink {
  const known = (metric: string): { type: MetricType; help: string; unit: string } => ({
    type: "unknown",
    help: "",
    unit: "",
    ...metadata.get(metric),
  });
  return {
    type: (metric, type) => metadata.set(metric, { ...known(metric), type }),
    help: (metric, help) => metadata.set(metric, { ...known(metric), help }),
  };
}

function externalUrlOf(values: Values): string {
  const given = values["web.external-url"];
  const port = /:(\d+)$/.exec(values["web.listen-address"][0])?.[1] ?? "9090";
  const own = `http://${hostname()}:${port}`;
  // A path alone is a prefix on this host.
  const url = given.startsWith("/") ? own + given : given || own;
  if (!URL.canParse(url)) throw new Error(`cannot use --web.external-url="${given}": it is not a URL`);
  return url.replace(/\/+$/, "");
}

function routePrefixOf(values: Values, externalUrl: string): string {
  const prefix = (values["web.route-prefix"] || new URL(externalUrl).pathname).replace(/^\/+|\/+$/g, "");
  return prefix === "" ? "" : `/${prefix}`;
}
