import { createAlertStore } from "@ferula/alerting";
import { buildInfo, collectDefaultMetrics, Registry } from "@ferula/client";
import { systemClock } from "@ferula/durations";
import { listen, readExternalUrl, readRoutePrefix } from "@ferula/http";
import { createClosingStack, runEvery, type ClosingStack } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import { labelValue } from "@ferula/model";
import { createNotificationMetrics, INTEGRATIONS } from "@ferula/notify";
import { prepareConfiguration, type ActiveConfiguration, type ActiveConfigurationDeps } from "./active-config.ts";
import { apiRoutes } from "./api/routes.ts";
import { statusJson } from "./api/status-json.ts";
import type { Values } from "./flags.ts";
import { createAlertmanagerMetrics, type AlertmanagerMetrics } from "./metrics/alertmanager-metrics.ts";
import { openStates } from "./states.ts";
import { createRoutes } from "./web-routes.ts";
import { versionInfo } from "./version.ts";

/** A running Alertmanager. */
export interface Alertmanager {
  readonly urls: readonly string[];
  /** Loads the configuration file again. Fails with its mistakes, and then changes nothing. */
  readonly reload: () => Promise<void>;
  /** Finishes requests and rounds, then writes the snapshots. */
  readonly stop: () => Promise<void>;
}

/** Opens what is on disk, loads the configuration and listens. Fails with the reason when one of them can't be done; then nothing stays open. */
export async function startAlertmanager(values: Values, logger: Logger): Promise<Alertmanager> {
  const opened = createClosingStack();
  try {
    return await start(values, logger, opened);
  } catch (error) {
    // What can't be closed is less of a trouble than what kept it from starting.
    await opened.close().catch((err: unknown) => logger.error("Closing after a failed start failed", { err }));
    throw error;
  }
}

async function start(values: Values, logger: Logger, opened: ClosingStack): Promise<Alertmanager> {
  const clock = systemClock;
  const { nowMs } = clock;
  const startedMs = nowMs();
  checkFeatures(values);
  const externalUrl = readExternalUrl(values["web.external-url"], values["web.listen-address"][0]);
  const registry = new Registry();
  const { version, revision, branch } = versionInfo;
  buildInfo("alertmanager", { version, revision, branch }, registry);
  opened.add(collectDefaultMetrics({ register: registry }));
  const { silences, log, maintain } = openStates(values, registry, logger, opened);

  const store = createAlertStore({
    nowMs,
    perNameLimit: values["alerts.per-alertname-limit"],
    onLimited({ labels }) {
      metrics.limited.inc();
      logger.warn("An alert is dropped: there are too many of its name", { alertname: labelValue(labels, "alertname") });
    },
  });
  const metrics = createAlertmanagerMetrics(registry, {
    store,
    silences,
    isInhibited: (labels) => active.inhibitor.inhibitedBy(labels) !== undefined,
    groupCount: () => active.dispatcher.groups().length,
    perNameLimit: values["alerts.per-alertname-limit"],
    nowMs,
  });
  const deps: ActiveConfigurationDeps = {
    store,
    silences,
    log,
    clock,
    logger,
    metrics: createNotificationMetrics(registry, INTEGRATIONS),
    externalUrl,
    userAgent: `Alertmanager/${version}`,
    retentionMs: values["data.retention"],
    notBeforeMs: startedMs + values["dispatch.start-delay"],
    onDispatched: (seconds) => metrics.dispatchSeconds.observe(seconds),
  };
  let active = loadConfiguration(values["config.file"], undefined, deps, metrics);
  opened.add(() => active.stop());
  const reload = async (): Promise<void> => {
    active = loadConfiguration(values["config.file"], active, deps, metrics);
  };

  const api = apiRoutes({
    store,
    silences,
    nowMs,
    externalUrl,
    active: () => ({ ...active, groups: active.dispatcher.groups }),
    status: () => statusJson(active.printed, startedMs),
    onAlerts({ firingCount, resolvedCount, problems }) {
      metrics.received.inc({ status: "firing", version: "v2" }, firingCount);
      metrics.received.inc({ status: "resolved", version: "v2" }, resolvedCount);
      metrics.invalid.inc({ version: "v2" }, problems.length);
    },
  });
  const prefix = readRoutePrefix(values["web.route-prefix"], externalUrl);
  const listening = await listen({
    app: createRoutes({ prefix, registry, api, reload, externalUrl, timeoutMs: values["web.timeout"] }),
    addresses: values["web.listen-address"],
    isSystemdSocket: values["web.systemd-socket"],
    webConfigFile: values["web.config.file"],
    logger,
  });
  opened.add(
    startMaintenance(logger, [
      [values["data.maintenance-interval"], maintain],
      [values["alerts.gc-interval"], () => void store.collect()],
      [values["dispatch.maintenance-interval"], () => active.dispatcher.sweep()],
    ]),
  );
  opened.add(() => listening.close());
  return { urls: listening.urls, reload, stop: opened.close };
}

/** Puts a configuration into force in place of `old`. Fails with its mistakes, and then changes nothing. */
function loadConfiguration(
  file: string,
  old: ActiveConfiguration | undefined,
  deps: ActiveConfigurationDeps,
  metrics: AlertmanagerMetrics,
): ActiveConfiguration {
  const { logger, clock } = deps;
  try {
    const prepared = prepareConfiguration(file, deps);
    void old?.stop().catch((error: unknown) => logger.error("Stopping the old configuration failed", { err: error }));
    const started = prepared.start();
    metrics.reloadSuccessful.set(1);
    metrics.reloadSuccessTimestamp.set(clock.nowMs() / 1000);
    metrics.configHash.set(started.hash);
    metrics.receivers.set(started.counts.receivers);
    metrics.integrations.set(started.counts.integrations);
    metrics.inhibitionRules.set(started.counts.inhibitionRules);
    logger.info("Completed loading of configuration file", { file });
    return started;
  } catch (error) {
    metrics.reloadSuccessful.set(0);
    logger.error("Loading configuration file failed", { file, err: error });
    throw error;
  }
}

/** Repeats each work at its interval, one of 0 never. Returns how to end that. */
function startMaintenance(logger: Logger, works: readonly (readonly [intervalMs: number, work: () => void])[]): () => Promise<void> {
  const stopping = new AbortController();
  const running = works
    .filter(([intervalMs]) => intervalMs > 0)
    .map(([intervalMs, work]) =>
      runEvery(intervalMs, stopping.signal, () => {
        try {
          work();
        } catch (error) {
          logger.error("Maintenance failed", { err: error });
        }
      }),
    );
  return async () => {
    stopping.abort();
    await Promise.all(running);
  };
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

/** Refuses what was asked for and can't be given. */
function checkFeatures(values: Values): void {
  for (const name of values["enable-feature"].flatMap((list) => list.split(",")).filter((name) => name !== "")) {
    if (MISSING_FEATURES.has(name)) throw new Error(`cannot enable the feature "${name}": it is not supported yet`);
    if (!FEATURES_WITHOUT_EFFECT.has(name)) throw new Error(`cannot enable the feature "${name}": there is none of this name`);
  }
}
