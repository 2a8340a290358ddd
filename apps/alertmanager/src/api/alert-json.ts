import { formatMomentMs, silenceState, utc, type Alert, type Silence } from "@ferula/alerting";
import { labelPairs, type Labels } from "@ferula/model";

/** Why an alert is not sent, if so. */
export interface AlertStatus {
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
  readonly mutedBy: readonly string[];
}

/** A `gettableAlert` of API v2. */
export function alertJson(alert: Alert, status: AlertStatus, receivers: readonly string[]): unknown {
  const isSuppressed = status.silencedBy.length + status.inhibitedBy.length + status.mutedBy.length > 0;
  return {
    annotations: labelsJson(alert.annotations),
    endsAt: formatMomentMs(alert.endsAt ?? utc(alert.startsAt.ms)),
    fingerprint: alert.fingerprint,
    receivers: receivers.map((name) => ({ name })),
    startsAt: formatMomentMs(alert.startsAt),
    status: {
      inhibitedBy: status.inhibitedBy,
      mutedBy: status.mutedBy,
      silencedBy: status.silencedBy,
      state: isSuppressed ? "suppressed" : "active",
    },
    updatedAt: formatMomentMs(utc(alert.updatedAtMs)),
    ...(alert.generatorUrl === "" ? {} : { generatorURL: alert.generatorUrl }),
    labels: labelsJson(alert.labels),
  };
}

/** A `gettableSilence` of API v2. */
export function silenceJson(silence: Silence, nowMs: number): unknown {
  return {
    id: silence.id,
    status: { state: silenceState(silence, nowMs) },
    updatedAt: formatMomentMs(utc(silence.updatedAtMs)),
    ...(silence.annotations.size === 0 ? {} : { annotations: labelsJson([...silence.annotations].flat()) }),
    comment: silence.comment,
    createdBy: silence.createdBy,
    endsAt: formatMomentMs(utc(silence.endsAtMs)),
    matchers: silence.matchers.map(({ name, type, value }) => ({
      isEqual: type === "=" || type === "=~",
      isRegex: type === "=~" || type === "!~",
      name,
      value,
    })),
    startsAt: formatMomentMs(utc(silence.startsAtMs)),
  };
}

/** A label set as an object without a prototype: a label may be called `__proto__`. */
export function labelsJson(labels: Labels): Readonly<Record<string, string>> {
  const json = Object.create(null) as Record<string, string>;
  for (const [name, value] of labelPairs(labels)) json[name] = value;
  return json;
}
