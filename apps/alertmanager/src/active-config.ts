import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  buildRouteTree,
  createDispatcher,
  createInhibitor,
  walkRoutes,
  type AlertStore,
  type Dispatcher,
  type Inhibitor,
  type NotificationLog,
  type Route,
  type Silences,
} from "@ferula/alerting";
import type { Clock } from "@ferula/durations";
import { glob, nodeFiles } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import { labelsOf, type Labels } from "@ferula/model";
import {
  buildReceivers,
  createPipeline,
  loadTemplates,
  printAlertmanagerFile,
  readServedAlertmanagerFile,
  toInhibitRule,
  toRouteDefinition,
  type NotificationMetrics,
} from "@ferula/notify";

/** A configuration in force, with the parts that it brings to life. */
export interface ActiveConfiguration {
  readonly route: Route;
  /** The labels of each receiver, by its name, in the order of the file. */
  readonly receivers: ReadonlyMap<string, Labels>;
  readonly dispatcher: Dispatcher;
  readonly inhibitor: Inhibitor;
  readonly resolveTimeoutMs: number;
  /** How many receivers routes lead to, how many integrations those have, and how many inhibition rules there are. */
  readonly counts: { readonly receivers: number; readonly integrations: number; readonly inhibitionRules: number };
  /** The file with defaults and masked secrets. */
  readonly printed: string;
  /** The first six bytes of the file's MD5 as a number, as upstream's metric has it. */
  readonly hash: number;
  readonly stop: () => Promise<void>;
}

export interface ActiveConfigurationDeps {
  readonly store: AlertStore;
  readonly silences: Silences;
  readonly log: NotificationLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: NotificationMetrics;
  readonly externalUrl: string;
  readonly userAgent: string;
  readonly retentionMs: number;
  /** See DispatcherDeps. */
  readonly notBeforeMs: number;
  readonly onDispatched: (seconds: number) => void;
}

/** What a file becomes when it is loaded; nothing runs yet, so a mistake changes nothing. Fails with every mistake and its place. */
export function prepareConfiguration(file: string, deps: ActiveConfigurationDeps): { readonly start: () => ActiveConfiguration } {
  const text = readFileSync(file, "utf8");
  const { config, warnings } = readServedAlertmanagerFile(text, file);
  for (const { path, reason } of warnings) deps.logger.warn("The configuration file has an old field", { file, path, reason });
  const templates = loadTemplates(
    config.templates.flatMap((pattern) => glob(nodeFiles, pattern)),
    deps.clock.nowMs,
  );
  const built = buildReceivers(config, templates, deps.userAgent);
  const route = buildRouteTree(toRouteDefinition(config.route));
  const used = new Set<string>();
  for (const node of walkRoutes(route)) {
    warnAboutTimes(node, deps);
    used.add(node.receiver);
  }
  const integrations = [...used].reduce((sum, name) => sum + (built.receivers.get(name)?.length ?? 0), 0);

  return {
    start() {
      const inhibitor = createInhibitor(config.inhibit_rules.map(toInhibitRule), deps.store, deps.clock.nowMs);
      const notify = createPipeline({ ...deps, receivers: built.receivers, inhibitor });
      const dispatcher = createDispatcher(route, deps.store, { ...deps, notify });
      return {
        route,
        receivers: new Map(config.receivers.map(({ name, labels }) => [name, labelsOf(labels)])),
        dispatcher,
        inhibitor,
        counts: { receivers: used.size, integrations, inhibitionRules: config.inhibit_rules.length },
        resolveTimeoutMs: config.global.resolve_timeout,
        printed: printAlertmanagerFile(config),
        hash: createHash("md5").update(text).digest().readUIntLE(0, 6),
        async stop() {
          await dispatcher.stop();
          inhibitor.stop();
          await built.close();
        },
      };
    },
  };
}

function warnAboutTimes({ key, repeatIntervalMs, groupIntervalMs }: Route, { logger, retentionMs }: ActiveConfigurationDeps): void {
  if (repeatIntervalMs > retentionMs) {
    logger.warn(
      "repeat_interval is greater than the data retention period. It can lead to notifications being repeated more often than expected.",
      { route: key },
    );
  }
  if (repeatIntervalMs < groupIntervalMs) {
    logger.warn("repeat_interval is less than group_interval. Notifications will not repeat until the next group_interval.", {
      route: key,
    });
  }
}
