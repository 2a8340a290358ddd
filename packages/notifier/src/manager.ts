import type { Registry } from "@ferula/client";
import { mappingField, printField } from "@ferula/config";
import type { DiscoveredGroups, TargetGroup } from "@ferula/discovery";
import { createHttpClient, httpClientFingerprint, type HttpClient } from "@ferula/http";
import type { Logger } from "@ferula/logging";
import { labelPairs, labelsOf, labelValue, type Labels } from "@ferula/model";
import { relabel, type RelabelRule } from "@ferula/relabel";
import { posix } from "node:path";
import { relabelAlert, type Alert } from "./alert.ts";
import { createNotifierMetrics, forgetAlertmanager } from "./metrics.ts";
import { alertingShape, type AlertingConfig, type AlertmanagerConfig } from "./notifier-config.ts";
import { createSendQueue, type SendQueue } from "./send-queue.ts";

/** Sends alerts to all Alertmanagers that were discovered. */
export interface Notifier {
  /** Takes alerts over; what becomes of them is counted, not told. */
  readonly send: (alerts: readonly Alert[]) => void;
  readonly apply: (config: AlertingConfig, externalLabels: Labels) => void;
  /** What discovery found, by the place of the section in `alertmanagers`. */
  readonly sync: (groups: DiscoveredGroups) => void;
  readonly alertmanagers: () => { readonly active: readonly string[]; readonly dropped: readonly string[] };
  readonly stop: () => Promise<void>;
}

export interface NotifierOptions {
  readonly queueCapacity: number;
  readonly batchSize: number;
  /** Whether what waits is still sent at the end. */
  readonly drainOnShutdown: boolean;
  readonly userAgent: string;
  readonly logger: Logger;
  readonly registry: Registry;
}

interface Section {
  readonly config: AlertmanagerConfig;
  readonly fingerprint: string;
  readonly client: HttpClient;
  readonly queues: Map<string, SendQueue>;
  /** Queues of Alertmanagers that went, which still send what they held. */
  readonly ending: Set<Promise<void>>;
  dropped: readonly string[];
}

export function createNotifier({ queueCapacity, batchSize, drainOnShutdown, userAgent, logger, registry }: NotifierOptions): Notifier {
  const metrics = createNotifierMetrics(registry);
  metrics.queueCapacity.set(queueCapacity);
  const ending = new Set<Promise<void>>();
  let sections: readonly Section[] = [];
  let alertRules: readonly RelabelRule[] = [];
  let externalLabels: Labels = [];
  let groups: DiscoveredGroups = new Map();

  /** Ends a queue that is no longer in its section. Another section may still send to the same Alertmanager. */
  async function endQueue(url: string, queue: SendQueue): Promise<void> {
    await queue.stop(drainOnShutdown);
    if (!sections.some(({ queues }) => queues.has(url))) forgetAlertmanager(metrics, url);
  }

  /** A client is closed when the last queue that sends by it has ended. */
  async function endSection({ queues, ending: leaving, client }: Section): Promise<void> {
    await Promise.all([...leaving, ...[...queues].map(([url, queue]) => endQueue(url, queue))]);
    await client.close();
  }

  function syncSection(section: Section, found: readonly TargetGroup[]): void {
    const { config, queues, client, ending: leaving } = section;
    const wanted = new Set<string>();
    const dropped: string[] = [];
    for (const { url, isDropped } of found.flatMap((group) => alertmanagersOf(group, config))) {
      if (isDropped) dropped.push(url);
      else wanted.add(url);
    }
    section.dropped = dropped;
    for (const [url, queue] of queues) {
      if (wanted.has(url)) continue;
      queues.delete(url);
      const ended = endQueue(url, queue).finally(() => leaving.delete(ended));
      leaving.add(ended);
    }
    for (const url of wanted) {
      if (queues.has(url)) continue;
      queues.set(url, createSendQueue({ url, client, timeoutMs: config.timeout, capacity: queueCapacity, batchSize, metrics, logger }));
    }
  }

  function syncAll(): void {
    for (const [i, section] of sections.entries()) syncSection(section, groups.get(String(i)) ?? []);
    metrics.discovered.set(sections.reduce((sum, { queues }) => sum + queues.size, 0));
  }

  return {
    send(alerts) {
      const outgoing = alerts.flatMap((alert) => relabelAlert(alert, externalLabels, alertRules) ?? []);
      for (const { config, queues } of sections) {
        const own = outgoing.flatMap((alert) => relabelAlert(alert, [], config.alert_relabel_configs) ?? []);
        if (own.length > 0) for (const queue of queues.values()) queue.push(own);
      }
    },
    apply(config, labels) {
      const before = new Map(sections.map((section, i) => [`${i}\n${section.fingerprint}`, section]));
      sections = config.alertmanagers.map((one, i) => {
        const fingerprint = fingerprintOf(one);
        const known = before.get(`${i}\n${fingerprint}`);
        before.delete(`${i}\n${fingerprint}`);
        return (
          known ?? {
            config: one,
            fingerprint,
            client: createHttpClient(one, { userAgent }),
            queues: new Map(),
            ending: new Set(),
            dropped: [],
          }
        );
      });
      alertRules = config.alert_relabel_configs;
      externalLabels = labels;
      for (const section of before.values()) {
        const ended = endSection(section)
          .catch((error: unknown) => logger.error("Closing connections to Alertmanagers failed", { err: error }))
          .finally(() => ending.delete(ended));
        ending.add(ended);
      }
      syncAll();
    },
    sync(found) {
      groups = found;
      syncAll();
    },
    alertmanagers: () => ({
      active: sections.flatMap(({ queues }) => [...queues.keys()]),
      dropped: sections.flatMap(({ dropped }) => dropped),
    }),
    async stop() {
      const last = sections;
      sections = [];
      await Promise.all([...last.map((section) => endSection(section)), ...ending]);
    },
  };
}

/** What a section's client and queues depend on. A printed configuration masks secrets: a new password alone must make a difference, too. */
function fingerprintOf(config: AlertmanagerConfig): string {
  return printField(mappingField(alertingShape), { alert_relabel_configs: [], alertmanagers: [config] }) + httpClientFingerprint(config);
}

/** The addresses to post to of the targets of a group. A target without an address is one that was dropped. */
function alertmanagersOf(group: TargetGroup, config: AlertmanagerConfig): readonly { readonly url: string; readonly isDropped: boolean }[] {
  return group.targets.map((target) => {
    // What was discovered counts over what is configured, and a target's labels over its group's.
    const discovered = labelsOf(
      new Map([
        ["__scheme__", config.scheme],
        ["__alerts_path__", posix.join("/", config.path_prefix, "/api/v2/alerts")],
        ...labelPairs(group.labels),
        ...labelPairs(target),
      ]),
    );
    const labels = relabel(discovered, config.relabel_configs);
    const url = urlOf(labels ?? discovered);
    return { url, isDropped: labels === undefined || !isAddress(labelValue(labels, "__address__")) };
  });
}

/** Whether it can be asked is told when alerts are sent; a URL is none (config/config.go `CheckTargetAddress`). */
function isAddress(text: string): boolean {
  return text !== "" && !text.includes("/");
}

function urlOf(labels: Labels): string {
  return `${labelValue(labels, "__scheme__")}://${labelValue(labels, "__address__")}${labelValue(labels, "__alerts_path__")}`;
}
