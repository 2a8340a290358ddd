import type { Registry } from "@ferula/client";
import { mappingField, printField } from "@ferula/config";
import { discoveryShape, type DiscoveredGroups, type TargetGroup } from "@ferula/discovery";
import { createHttpClient, httpClientFingerprint, type HttpClient } from "@ferula/http";
import type { Logger } from "@ferula/logging";
import type { Labels } from "@ferula/model";
import type { RelabelRule } from "@ferula/relabel";
import type { TracerInForce } from "@ferula/tracing";
import { findAlertmanagers } from "./alertmanagers.ts";
import { relabelAlert, type Alert } from "./alert.ts";
import { createNotifierMetrics, forgetAlertmanager } from "./metrics.ts";
import { alertingShape, sectionName, type AlertingConfig, type AlertmanagerConfig } from "./notifier-config.ts";
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
  /** Absent: nothing is traced. */
  readonly tracer?: TracerInForce | undefined;
}

interface Section {
  readonly config: AlertmanagerConfig;
  readonly fingerprint: string;
  readonly client: HttpClient;
  readonly queues: Map<string, SendQueue>;
  /** Queues of Alertmanagers that went, which still send what they held. */
  readonly ending: Set<Promise<void>>;
  /** What discovery found last. */
  found: readonly TargetGroup[];
  dropped: readonly string[];
}

export function createNotifier({
  queueCapacity,
  batchSize,
  drainOnShutdown,
  userAgent,
  logger,
  registry,
  tracer,
}: NotifierOptions): Notifier {
  const metrics = createNotifierMetrics(registry);
  metrics.queueCapacity.set(queueCapacity);
  const ending = new Set<Promise<void>>();
  let sections: readonly Section[] = [];
  let alertRules: readonly RelabelRule[] = [];
  let externalLabels: Labels = [];

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

  function syncSection(section: Section): void {
    const { config, queues, client, found, ending: leaving } = section;
    const { active, dropped } = findAlertmanagers(found, config, (message) =>
      logger.error("Creating discovered Alertmanagers failed", { err: message }),
    );
    section.dropped = dropped;
    for (const [url, queue] of queues) {
      if (active.has(url)) continue;
      queues.delete(url);
      const ended = endQueue(url, queue).finally(() => leaving.delete(ended));
      leaving.add(ended);
    }
    for (const url of active) {
      if (queues.has(url)) continue;
      queues.set(
        url,
        createSendQueue({ url, client, timeoutMs: config.timeout, capacity: queueCapacity, batchSize, metrics, logger, tracer }),
      );
    }
  }

  function countDiscovered(): void {
    metrics.discovered.set(sections.reduce((sum, { queues }) => sum + queues.size, 0));
  }

  function createSection(config: AlertmanagerConfig, fingerprint: string, found: readonly TargetGroup[]): Section {
    const section: Section = {
      config,
      fingerprint,
      client: createHttpClient(config, { userAgent }),
      queues: new Map(),
      ending: new Set(),
      found,
      dropped: [],
    };
    syncSection(section);
    return section;
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
      const before = [...sections];
      const left = new Set(before);
      sections = config.alertmanagers.map((one) => {
        const fingerprint = fingerprintOf(one);
        const known = before.find((section) => left.has(section) && section.fingerprint === fingerprint);
        if (known === undefined) {
          // Where they are is known already, if it is looked for as before; discovery tells it again soon.
          const discovery = discoveryOf(one);
          return createSection(one, fingerprint, before.find((section) => discoveryOf(section.config) === discovery)?.found ?? []);
        }
        left.delete(known);
        return known;
      });
      alertRules = config.alert_relabel_configs;
      externalLabels = labels;
      for (const section of left) {
        const ended = endSection(section)
          .catch((error: unknown) => logger.error("Closing connections to Alertmanagers failed", { err: error }))
          .finally(() => ending.delete(ended));
        ending.add(ended);
      }
      countDiscovered();
    },
    sync(found) {
      for (const [i, section] of sections.entries()) {
        section.found = found.get(sectionName(i)) ?? [];
        syncSection(section);
      }
      countDiscovered();
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

/** How a section's Alertmanagers are looked for. */
function discoveryOf(config: AlertmanagerConfig): string {
  return printField(mappingField(discoveryShape), config);
}

/** What a section's client and queues depend on. A printed configuration masks secrets: a new password alone must make a difference, too. */
function fingerprintOf(config: AlertmanagerConfig): string {
  return printField(mappingField(alertingShape), { alert_relabel_configs: [], alertmanagers: [config] }) + httpClientFingerprint(config);
}
