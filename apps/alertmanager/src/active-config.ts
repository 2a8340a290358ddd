import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
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
import type { Logger } from "@ferula/logging";
import {
  buildReceivers,
  createPipeline,
  loadTemplates,
  printAlertmanagerFile,
  readAlertmanagerFile,
  toInhibitRule,
  toRouteDefinition,
  type NotificationMetrics,
} from "@ferula/notify";

/** A configuration in force, with the parts that it brings to life. */
export interface ActiveConfiguration {
  readonly route: Route;
  readonly receivers: readonly string[];
  readonly dispatcher: Dispatcher;
  readonly inhibitor: Inhibitor;
  readonly resolveTimeoutMs: number;
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
}

/** What a file becomes when it is loaded; nothing runs yet, so a mistake changes nothing. Fails with every mistake and its place. */
export function prepareConfiguration(file: string, deps: ActiveConfigurationDeps): { readonly start: () => ActiveConfiguration } {
  const text = readFileSync(file, "utf8");
  const config = readAlertmanagerFile(text, file);
  const templates = loadTemplates(config.templates.flatMap(expand), deps.clock.nowMs);
  const built = buildReceivers(config, templates, deps.userAgent);
  const route = buildRouteTree(toRouteDefinition(config.route));
  for (const node of walkRoutes(route)) warnAboutTimes(node, deps);

  return {
    start() {
      const inhibitor = createInhibitor(config.inhibit_rules.map(toInhibitRule), deps.store, deps.clock.nowMs);
      const notify = createPipeline({ ...deps, receivers: built.receivers, inhibitor });
      const dispatcher = createDispatcher(route, deps.store, { clock: deps.clock, notify, logger: deps.logger });
      return {
        route,
        receivers: config.receivers.map(({ name }) => name),
        dispatcher,
        inhibitor,
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

/** The files that a pattern names; in the last part of a path `*` stands for anything. No file at all is fine. */
function expand(pattern: string): readonly string[] {
  const name = basename(pattern);
  const [before, after] = name.split("*", 2);
  const folder = dirname(pattern);
  if (!existsSync(folder)) return [];
  const matches = (other: string): boolean =>
    after === undefined ? other === name : other.length >= name.length - 1 && other.startsWith(before) && other.endsWith(after);
  return readdirSync(folder)
    .filter(matches)
    .toSorted()
    .map((other) => join(folder, other));
}
