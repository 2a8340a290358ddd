import { Registry } from "@ferula/client";
import { systemClock } from "@ferula/durations";
import { nodeFiles } from "@ferula/files";
import { listen } from "@ferula/http";
import { createSharedMemory, type SharedMemory } from "@ferula/kernels";
import { createClosingStack, type ClosingStack } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import { apiRoutes, federateHandler, type ParseOptions, type Readiness, type WalReplayView } from "@ferula/query-api";
import { printServerConfig } from "@ferula/server-config";
import { createTracing, type Tracing } from "@ferula/tracing";
import type { Db } from "@ferula/tsdb";
import { Router } from "express";
import { configChecksum, createAutoReload, type AutoReload } from "./auto-reload.ts";
import { createConfiguration, type Configuration } from "./configuration.ts";
import { consoleHandler } from "./consoles.ts";
import { createDeferred } from "./deferred.ts";
import { readEvaluationFeatures, readScrapeDefaults, reloadsOnChange, servesSearches } from "./enabled-features.ts";
import { globalUrl } from "./global-url.ts";
import { configInForce, flagsInForce } from "./in-force.ts";
import { loadConfig, logWarnings, type LoadedConfig } from "./load-config.ts";
import { createNotifications, NOTIFICATION, type Notifications } from "./notifications.ts";
import { openStorage, retentionInForce } from "./open-storage.ts";
import { startParts, type Parts } from "./parts.ts";
import { createSelfMetrics, type SelfMetrics } from "./self-metrics.ts";
import { remoteReadRoutes } from "./remote-read.ts";
import { remoteWriteRoutes } from "./remote-write.ts";
import type { Settings } from "./settings.ts";
import { serverFeatures } from "./server-features.ts";
import { adminView, statusView } from "./status.ts";
import { rulesView, targetsView } from "./views.ts";
import { versionInfo } from "./version.ts";
import { createWebApp } from "./web-app.ts";

/** A running server. */
export interface Server {
  readonly urls: readonly string[];
  /** Puts the configuration file into force again, see `Configuration.reload`: what it throws is in the log already. */
  readonly reload: () => void;
  /** Stops in the order in which data flows: no more requests, scrapes and rules; then notifications and queries; the log last. */
  readonly stop: () => Promise<void>;
}

/** What a server is started with. */
export interface ServerOptions {
  readonly settings: Settings;
  /** Which experimental parts of the language are on. */
  readonly syntax: ParseOptions;
  /** The configuration, loaded already: one with mistakes must not get this far. */
  readonly loaded: LoadedConfig;
  readonly logger: Logger;
  /** Called by `/-/quit`. */
  readonly quit: () => void;
  /** Aborts when the server is to stop. */
  readonly stop: AbortSignal;
}

const { nowMs } = systemClock;

/**
 * Listens, then opens the storage and starts all parts; until they have their configuration, requests are told to wait. Fails with the
 * reason when one of them can't be had, and has closed everything by then. Undefined when it was to stop before it was ready: what is in
 * the log has been read to its end, and nothing else was started.
 */
export async function startServer(options: ServerOptions): Promise<Server | undefined> {
  const { settings, logger } = options;
  const registry = new Registry();
  const opened = createClosingStack();
  const metrics = createSelfMetrics(registry);
  opened.add(metrics.stop);
  const notifications = createNotifications({
    maxSubscribers: settings.values["web.max-notifications-subscribers"],
    nowMs,
    registry,
  });
  const tracing = createTracing({
    service: { name: "prometheus", version: versionInfo.version },
    logger: logger.with({ component: "tracing" }),
  });
  opened.add(tracing.stop);
  const start: Start = { ...options, registry, opened, metrics, tracing, notifications, startedMs: nowMs(), readiness: "starting" };

  function tellStop(): void {
    if (start.readiness === "stopping") return;
    start.readiness = "stopping";
    metrics.ready.set(0);
    notifications.add(NOTIFICATION.shuttingDown);
  }

  async function stop(): Promise<void> {
    tellStop();
    notifications.end();
    await opened.close();
  }

  // Who asks during a long start is told at once.
  options.stop.addEventListener("abort", tellStop, { once: true });

  try {
    return { ...(await run(start)), stop };
  } catch (error) {
    if (options.stop.aborted && error === options.stop.reason) {
      await stop();
      return undefined;
    }
    await stop().catch((reason: unknown) => logger.error("Closing what a failed start had opened failed, too", { err: reason }));
    throw error;
  }
}

/** A start on its way. */
interface Start extends ServerOptions {
  readonly registry: Registry;
  readonly opened: ClosingStack;
  readonly metrics: SelfMetrics;
  readonly tracing: Tracing;
  readonly notifications: Notifications;
  readonly startedMs: number;
  readiness: Readiness;
}

async function run(start: Start): Promise<Omit<Server, "stop">> {
  const { settings, loaded, logger, registry, opened, metrics, notifications } = start;
  const { values } = settings;
  // Before anything is waited for: what changes during a long start is found by the first look after it.
  const autoReload = autoReloadOf(start);
  let walReplay: WalReplayView = { min: 0, max: 0, current: 0 };
  // A reload that is asked for during the start waits until the first configuration is in force.
  const reload = createDeferred<() => void>();
  const web = createWebApp({
    ...start,
    readiness: () => start.readiness,
    walReplay: () => walReplay,
    reload: async () => (await reload.promise)(),
  });
  notifications.add(NOTIFICATION.startingUp);
  const listening = await listen({
    app: web.app,
    addresses: values["web.listen-address"],
    webConfigFile: values["web.config.file"],
    logger: logger.with({ component: "web" }),
    maxConnections: values["web.max-connections"],
    readTimeoutMs: values["web.read-timeout"],
  });
  const stopListening = (): Promise<void> => listening.close();
  opened.add(stopListening);
  // Before it stops: it would wait for those who wait for this.
  opened.add(() => reload.reject(new Error("the server could not start")));
  const shared = createSharedMemory();
  const db = await openStorage({
    flags: settings,
    config: loaded.config,
    shared,
    registry,
    logger,
    onReplay: (view) => void (walReplay = view),
  });
  opened.add(db.close);
  start.stop.throwIfAborted();
  const parts = startParts({ ...start, db, shared, initial: loaded });
  const configuration = configurationOf(start, parts);
  web.serveApi(createApi(start, { db, shared, parts, configuration }));
  web.serveFederation(
    federateHandler({
      federate: parts.queries.federate,
      lookbackMs: values["query.lookback-delta"],
      externalLabels: parts.externalLabels,
      nowMs,
      registry,
      logger: logger.with({ component: "web" }),
    }),
  );
  web.serveConsoles(
    consoleHandler({
      files: nodeFiles,
      templates: values["web.console.templates"],
      libraries: values["web.console.libraries"],
      evaluate: parts.evaluate,
      externalLabels: parts.externalLabels,
      externalUrl: settings.externalUrl,
      nowMs,
    }),
  );
  configuration.apply(loaded);
  // Once more, as it is first now: requests end before what they are answered from.
  opened.add(stopListening);
  start.readiness = "ready";
  metrics.ready.set(1);
  notifications.remove(NOTIFICATION.startingUp);
  const reloadNow = autoReload?.start(configuration.reload) ?? configuration.reload;
  if (autoReload !== undefined) opened.add(autoReload.stop);
  reload.resolve(reloadNow);
  logger.info("Server is ready to receive web requests.");
  return { urls: listening.urls, reload: reloadNow };
}

/** Undefined unless the command line asks for it. */
function autoReloadOf({ settings: { values }, logger }: Start): AutoReload | undefined {
  if (!isAutoReloaded(values)) return undefined;
  return createAutoReload({
    intervalMs: values["config.auto-reload-interval"],
    checksum: configChecksum(values["config.file"]),
    clock: systemClock,
    logger,
  });
}

function isAutoReloaded(values: Settings["values"]): boolean {
  return values["config.auto-reload"] || reloadsOnChange(values["enable-feature"]);
}

function configurationOf({ settings, syntax, loaded, logger, metrics, notifications }: Start, { configured }: Parts): Configuration {
  const file = settings.values["config.file"];
  return createConfiguration(loaded, {
    file,
    load: () => loadConfig(file, syntax, readScrapeDefaults(settings.values["enable-feature"])),
    parts: [...configured, { name: "warnings", apply: (applied) => logWarnings(applied, logger) }],
    nowMs,
    logger,
    metrics,
    onAttempt(isSuccessful) {
      if (isSuccessful) notifications.remove(NOTIFICATION.configurationUnsuccessful);
      else notifications.add(NOTIFICATION.configurationUnsuccessful);
    },
  });
}

interface Running {
  readonly db: Db;
  readonly shared: SharedMemory;
  readonly parts: Parts;
  readonly configuration: Configuration;
}

function createApi(
  { settings, syntax, loaded, logger, registry, opened, startedMs }: Start,
  { db, shared, parts, configuration }: Running,
): Router {
  const { values, externalUrl } = settings;
  const { queries, scrape, rules, notifier, workerCount } = parts;
  const { lastReload } = configuration;
  const api = apiRoutes({
    queries,
    storage: db,
    targets: targetsView(scrape, (url) => globalUrl(url, { externalUrl, listenAddresses: values["web.listen-address"] })),
    rules: rulesView(rules),
    alertmanagers: { active: () => notifier.alertmanagers().active, dropped: () => notifier.alertmanagers().dropped },
    exemplars: db.exemplars,
    status: statusView({
      db,
      config: () => printServerConfig(configInForce(values, configuration.current().config)),
      flags: flagsInForce(settings, loaded.config),
      startedMs,
      nowMs,
      lastReload,
      gogc: () => configuration.current().config.runtime.gogc,
      retention: () => retentionInForce(values, configuration.current().config),
      workerCount,
      selfMetrics: () => registry.collect(),
    }),
    ...(servesSearches(values["enable-feature"]) ? { search: { maxLimit: values["web.search.max-limit"] } } : {}),
    ...(values["web.enable-admin-api"] ? { admin: adminView(db, values["storage.tsdb.path"]) } : {}),
    externalUrl,
    version: versionInfo.version,
    lookbackMs: values["query.lookback-delta"],
    syntax,
    evaluation: readEvaluationFeatures(values["enable-feature"]),
    features: () => serverFeatures(values, isAutoReloaded(values)),
    nowMs,
    logger,
  });
  const { externalLabels } = parts;
  return Router().use(
    remoteWriteRoutes({ values, externalUrl, db, registry, logger }),
    remoteReadRoutes({ values, db, shared, externalLabels, registry, logger, opened }),
    api,
  );
}
