import { nodeFiles } from "@ferula/files";
import type { RunFlags, VersionInfo } from "@ferula/flags";
import { listen, readExternalUrl, readRoutePrefix, type Listening } from "@ferula/http";
import type { Logger } from "@ferula/logging";
import type { flagsDefinition, GatewayFlags } from "./flags.ts";
import { createGatewayMetrics } from "./metrics.ts";
import { keepState, memoryState, type GroupState } from "./state/keep-state.ts";
import { openStateFile } from "./state/state-file.ts";
import { MetricStore } from "./store/metric-store.ts";
import { createGatewayApp } from "./web/create-gateway-app.ts";

/** What a gateway is started with. */
export interface GatewayOptions {
  readonly flags: RunFlags<(typeof flagsDefinition)["flags"]>;
  readonly version: VersionInfo;
  readonly logger: Logger;
  /** Called when a client asks the gateway to end. */
  readonly quit: () => void;
}

/** A gateway that serves. */
export interface Gateway {
  readonly urls: readonly string[];
  /** Finishes the requests that run, then writes the snapshot. */
  readonly stop: () => Promise<void>;
}

/** Reads what was pushed before, and listens. Fails with the reason when one of them can't be done, and changes nothing then. */
export async function startGateway({ flags, version, logger, quit }: GatewayOptions): Promise<Gateway> {
  const { values } = flags;
  const given = values["web.external-url"];
  const externalUrl = given === "" ? "" : readExternalUrl(given, values["web.listen-address"][0]);
  const state = openState(values, logger);
  const metrics = createGatewayMetrics(version);
  const isChecked = !values["push.disable-consistency-check"];
  const store = new MetricStore({
    loaded: state.loaded,
    ownHeads: metrics.heads,
    record: state.append,
    isChecked,
    nowMs: Date.now,
    logger,
  });
  const app = createGatewayApp({
    store,
    metrics,
    status: { flags: flags.asStrings(), startedMs: Date.now(), version },
    validation: values["push.enable-utf8-names"] ? "utf8" : "legacy",
    isChecked,
    hasAdminApi: values["web.enable-admin-api"],
    hasLifecycle: values["web.enable-lifecycle"],
    telemetryPath: rooted(values["web.telemetry-path"]),
    routePrefix: readRoutePrefix(values["web.route-prefix"], externalUrl),
    externalUrl,
    quit,
    logger,
  });
  let listening: Listening;
  try {
    listening = await listen({
      app,
      addresses: values["web.listen-address"],
      isSystemdSocket: values["web.systemd-socket"],
      webConfigFile: values["web.config.file"],
      logger,
    });
  } catch (error) {
    metrics.close();
    state.close();
    throw error;
  }
  const keeping = new AbortController();
  const kept = keepState(state, () => store.groups, { intervalMs: values["persistence.interval"], logger, signal: keeping.signal });
  return {
    urls: listening.urls,
    async stop() {
      await listening.close();
      metrics.close();
      keeping.abort();
      await kept;
      state.close();
    },
  };
}

function openState(values: GatewayFlags, logger: Logger): GroupState {
  const path = values["persistence.file"];
  if (path === "") return memoryState();
  const state = openStateFile(nodeFiles, path);
  if (state.tornBytes > 0) logger.warn("The end of the journal was torn and is cut off", { file: path, bytes: state.tornBytes });
  logger.info("Loaded the groups that were pushed before", { file: path, groups: state.loaded.size });
  return state;
}

function rooted(path: string): string {
  return path.startsWith("/") ? path : `/${path}`;
}
