import { join } from "node:path";
import { openNotificationLog, openSilences, type NotificationLog, type Silence, type SilenceChange, type Silences } from "@ferula/alerting";
import type { Registry } from "@ferula/client";
import { formatRfc3339, systemClock } from "@ferula/durations";
import { nodeFiles } from "@ferula/files";
import type { ClosingStack } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import type { Values } from "./flags.ts";
import { createStateMetrics } from "./metrics/state-metrics.ts";

/** What is on disk. */
export interface States {
  readonly silences: Silences;
  readonly log: NotificationLog;
  /** Forgets what is over, and writes the snapshots. */
  readonly maintain: () => void;
}

/** Opens what is in the storage folder. When it is closed it is written into snapshots first. Fails when a file there can't be read. */
export function openStates(values: Values, registry: Registry, logger: Logger, opened: ClosingStack): States {
  const { nowMs } = systemClock;
  const folder = values["storage.path"];
  const retentionMs = values["data.retention"];
  nodeFiles.makeFolder(folder);
  const silenceMetrics = createStateMetrics(registry, "silences");
  const silences = openSilences({
    files: nodeFiles,
    path: join(folder, "silences"),
    retentionMs,
    nowMs,
    maxSilences: values["silences.max-silences"],
    maxSilenceBytes: values["silences.max-silence-size-bytes"],
    observer: silenceMetrics.observer,
    ...(values["log.silences"] ? { onChange: (change, silence) => logSilence(logger, change, silence) } : {}),
  });
  opened.add(() => silences.close());
  opened.add(() => silenceMetrics.maintain(() => silences.maintain()));
  const logMetrics = createStateMetrics(registry, "nflog");
  const log = openNotificationLog({ files: nodeFiles, path: join(folder, "nflog"), retentionMs, nowMs, observer: logMetrics.observer });
  opened.add(() => log.close());
  opened.add(() => logMetrics.maintain(() => log.maintain()));
  for (const [journal, { tornBytes }] of Object.entries({ silences, nflog: log })) {
    if (tornBytes > 0) logger.warn("The end of a journal was torn and is cut off", { journal, bytes: tornBytes });
  }
  return {
    silences,
    log,
    maintain() {
      silenceMetrics.maintain(() => silences.maintain());
      logMetrics.maintain(() => log.maintain());
    },
  };
}

function logSilence(logger: Logger, change: SilenceChange, silence: Silence): void {
  logger.info(`${change} silence`, {
    Id: silence.id,
    CreatedBy: silence.createdBy,
    Comment: silence.comment,
    StartsAt: formatRfc3339(silence.startsAtMs),
    EndsAt: formatRfc3339(silence.endsAtMs),
    Matchers: silence.matchers.map(({ name, type, value }) => `${name}${type}${value}`).join(","),
  });
}
