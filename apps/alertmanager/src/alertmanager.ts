import { hostname } from "node:os";
import { join } from "node:path";
import { createAlertStore, isResolvedAt, openNotificationLog, openSilences } from "@ferula/alerting";
import { buildInfo, collectDefaultMetrics, Registry } from "@ferula/client";
import { systemClock } from "@ferula/durations";
import { nodeFiles } from "@ferula/files";
import type { FlagValues } from "@ferula/flags";
import { compress, createApp, landingPage, lifecycleRoutes, listen, metricsHandler, type Listening } from "@ferula/http";
import { runEvery } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import { createNotificationMetrics, INTEGRATIONS } from "@ferula/notify";
import { Router, type Express } from "express";
import { prepareConfiguration, type ActiveConfiguration, type ActiveConfigurationDeps } from "./active-config.ts";
import { apiRoutes } from "./api/routes.ts";
import { statusJson } from "./api/status-json.ts";
import type { flagsDefinition } from "./flags.ts";
import { createAlertmanagerMetrics } from "./metrics.ts";
import { versionInfo } from "./version.ts";

/** A running Alertmanager. */
export interface Alertmanager {
  readonly urls: readonly string[];
  /** Loads the configuration file again. Fails with its mistakes, and then changes nothing. */
  readonly reload: () => Promise<void>;
  /** Finishes requests and rounds, then writes the snapshots. */
  readonly stop: () => Promise<void>;
}

type Values = FlagValues<(typeof flagsDefinition)["flags"]>;

/** Opens what is on disk, loads the configuration and listens. Fails with the reason when one of them can't be done. */
export async function startAlertmanager(values: Values, logger: Logger): Promise<Alertmanager> {
  const startedMs = systemClock.nowMs();
  const clock = systemClock;
  const { nowMs } = clock;
  checkFlags(values, logger);
  nodeFiles.makeFolder(values["storage.path"]);
  const retentionMs = values["data.retention"];
  const silences = openSilences({
    files: nodeFiles,
    path: join(values["storage.path"], "silences"),
    retentionMs,
    nowMs,
    maxSilences: values["silences.max-silences"],
    maxSilenceBytes: values["silences.max-silence-size-bytes"],
  });
  const log = openNotificationLog({ files: nodeFiles, path: join(values["storage.path"], "nflog"), retentionMs, nowMs });
  for (const [name, { tornBytes }] of Object.entries({ silences, nflog: log })) {
    if (tornBytes > 0) logger.warn("The end of a journal was torn and is cut off", { journal: name, bytes: tornBytes });
  }

  const store = createAlertStore(nowMs);
  const registry = new Registry();
  const { version, revision, branch } = versionInfo;
  buildInfo("alertmanager", { version, revision, branch }, registry);
  const stopMetrics = collectDefaultMetrics({ register: registry });
  const metrics = createAlertmanagerMetrics(registry, {
    store,
    silences,
    isInhibited: (labels) => active.inhibitor.inhibitedBy(labels) !== undefined,
    nowMs,
  });
  const externalUrl = externalUrlOf(values);
  const deps: ActiveConfigurationDeps = {
    store,
    silences,
    log,
    clock,
    logger,
    metrics: createNotificationMetrics(registry, INTEGRATIONS),
    externalUrl,
    userAgent: `Alertmanager/${versionInfo.version}`,
    retentionMs,
  };

  let active = load(undefined);

  function load(old: ActiveConfiguration | undefined): ActiveConfiguration {
    try {
      const prepared = prepareConfiguration(values["config.file"], deps);
      void old?.stop().catch((error: unknown) => logger.error("Stopping the old configuration failed", { err: error }));
      const started = prepared.start();
      metrics.reloadSuccessful.set(1);
      metrics.reloadSuccessTimestamp.set(nowMs() / 1000);
      metrics.configHash.set(started.hash);
      logger.info("Completed loading of configuration file", { file: values["config.file"] });
      return started;
    } catch (error) {
      metrics.reloadSuccessful.set(0);
      logger.error("Loading configuration file failed", { file: values["config.file"], err: error });
      throw error;
    }
  }

  const reload = async (): Promise<void> => {
    active = load(active);
  };

  const api = apiRoutes({
    store,
    silences,
    nowMs,
    externalUrl,
    active: () => ({ ...active, groups: active.dispatcher.groups }),
    status: () => statusJson(active.printed, startedMs),
    onAlerts(received, invalid) {
      for (const alert of received) metrics.received.inc({ status: isResolvedAt(alert, nowMs()) ? "resolved" : "firing", version: "v2" });
      if (invalid > 0) metrics.invalid.inc({ version: "v2" }, invalid);
    },
  });
  const listening = await listen({
    app: createRoutes({ prefix: routePrefixOf(values, externalUrl), registry, api, reload, externalUrl }),
    addresses: values["web.listen-address"],
    webConfigFile: values["web.config.file"],
    logger,
  }).catch(async (error: unknown) => {
    await active.stop();
    stopMetrics();
    throw error;
  });

  const stopping = new AbortController();
  const maintenance = Promise.all([
    repeat(values["data.maintenance-interval"], () => {
      silences.maintain();
      log.maintain();
    }),
    repeat(values["alerts.gc-interval"], () => store.collect()),
    repeat(values["dispatch.maintenance-interval"], () => active.dispatcher.sweep()),
  ]);

  function repeat(intervalMs: number, work: () => void): Promise<void> {
    return runEvery(intervalMs, stopping.signal, async () => {
      try {
        work();
      } catch (error) {
        logger.error("Maintenance failed", { err: error });
      }
    });
  }

  return {
    urls: listening.urls,
    reload,
    stop: () => stopAll(listening),
  };

  async function stopAll(server: Listening): Promise<void> {
    await server.close();
    await active.stop();
    stopping.abort();
    await maintenance.catch(() => undefined);
    stopMetrics();
    silences.maintain();
    log.maintain();
    silences.close();
    log.close();
  }
}

interface Routes {
  readonly prefix: string;
  readonly registry: Registry;
  readonly api: Router;
  readonly reload: () => Promise<void>;
  readonly externalUrl: string;
}

function createRoutes({ prefix, registry, api, reload, externalUrl }: Routes): Express {
  const app = createApp();
  const routes = Router();
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
    metricsHandler(async () => ({ contentType: registry.contentType, body: await registry.metrics() })),
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

/** Features that change nothing here, and those that are missing. */
const FEATURES_WITHOUT_EFFECT: ReadonlySet<string> = new Set(["auto-gomemlimit"]);
const MISSING_FEATURES: ReadonlySet<string> = new Set([
  "alert-names-in-metrics",
  "receiver-name-in-metrics",
  "group-key-in-metrics",
  "classic-mode",
  "utf8-strict-mode",
  "event-recorder",
]);

/** Refuses what was asked for and can't be given, and warns of what others would rely on. */
function checkFlags(values: Values, logger: Logger): void {
  for (const name of values["enable-feature"].flatMap((list) => list.split(",")).filter((name) => name !== "")) {
    if (MISSING_FEATURES.has(name)) throw new Error(`cannot enable the feature "${name}": it is not supported yet`);
    if (!FEATURES_WITHOUT_EFFECT.has(name)) throw new Error(`cannot enable the feature "${name}": there is none of this name`);
  }
  if (values["web.systemd-socket"]) throw new Error("cannot use --web.systemd-socket: it is not supported yet");
  if (values["cluster.peer"].length > 0) logger.warn("Clusters are not supported yet: peers of this instance send the same notifications");
}

function externalUrlOf(values: Values): string {
  const given = values["web.external-url"];
  if (given !== "") {
    if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol))
      throw new Error(`--web.external-url: "${given}" is not an http or https URL`);
    return given.replace(/\/+$/, "");
  }
  const port = /:(\d+)$/.exec(values["web.listen-address"][0])?.[1] ?? "9093";
  return `http://${hostname()}:${port}`;
}

function routePrefixOf(values: Values, externalUrl: string): string {
  const prefix = (values["web.route-prefix"] || new URL(externalUrl).pathname).replace(/^\/+|\/+$/g, "");
  return prefix === "" ? "" : `/${prefix}`;
}
