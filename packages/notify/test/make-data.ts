import { labelsOf } from "@ferula/model";
import { parseMoment, type Alert, type Flush } from "@ferula/alerting";
import { alertFingerprint, buildRouteTree } from "@ferula/alerting";
import { notificationData, type NotificationData } from "../src/templates/data.ts";

/** The end of the alerts that are resolved in `makeFlush`. */
export const NOW_MS: number = Date.parse("2026-01-02T12:00:00Z");

export interface AlertSketch {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  /** Absent for an alert that fires. */
  readonly endsAt?: string;
  readonly generatorUrl?: string;
}

export function makeAlert({ labels, annotations = {}, startsAt = "2026-01-02T03:04:05Z", endsAt, generatorUrl = "" }: AlertSketch): Alert {
  const labelSet = labelsOf(labels);
  return {
    labels: labelSet,
    annotations: Object.entries(annotations).flat(),
    startsAt: parseMoment(startsAt),
    endsAt: endsAt === undefined ? undefined : parseMoment(endsAt),
    updatedAtMs: NOW_MS,
    generatorUrl,
    isTimeout: false,
    fingerprint: alertFingerprint(labelSet),
  };
}

/** A round of these alerts, grouped by `alertname`. */
export function makeFlush(alerts: readonly AlertSketch[], change: Partial<Flush> = {}): Flush {
  const route = buildRouteTree({
    receiver: "te.am",
    groupBy: ["alertname"],
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    matchers: [],
    continues: false,
    routes: [],
  });
  const groupLabels = labelsOf({ alertname: "A" });
  return {
    route,
    groupKey: '{}:{alertname="A"}',
    groupLabels,
    alerts: alerts.map(makeAlert),
    nowMs: NOW_MS,
    signal: new AbortController().signal,
    ...change,
  };
}

export function makeData(alerts: readonly AlertSketch[]): NotificationData {
  const flush = makeFlush(alerts);
  return notificationData(flush, flush.alerts, "te.am", "first notification", "http://am.example/x");
}
