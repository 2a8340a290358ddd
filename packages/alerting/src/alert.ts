import { fingerprint, formatFingerprint, type Labels } from "@ferula/model";
import type { Moment } from "./moment.ts";

/** An alert as the Alertmanager holds it. Alerts are immutable; news about one is a new object. */
export interface Alert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: Moment;
  /** In the past when it is resolved; in the future while its sender must repeat it to keep it firing; undefined when it can't end. */
  readonly endsAt: Moment | undefined;
  readonly updatedAtMs: number;
  readonly generatorUrl: string;
  /** Whether `endsAt` was made up from `resolve_timeout`, as the sender gave none. */
  readonly isTimeout: boolean;
  /** Sixteen hexadecimal digits: FNV-1a over the labels. It identifies the alert. */
  readonly fingerprint: string;
}

/** The identity of a label set, as the API prints it. */
export function alertFingerprint(labels: Labels): string {
  return formatFingerprint(fingerprint(labels));
}

/** Whether the alert had ended at `nowMs`. */
export function isResolvedAt(alert: Alert, nowMs: number): boolean {
  return alert.endsAt !== undefined && alert.endsAt.ms <= nowMs;
}

/**
 * What is known of an alert after a report about it. Reports whose times don't overlap are two episodes: the newer one stands alone.
 * Otherwise the report that was made later brings annotations and generator, the earlier start counts, and so does the later end: when
 * both have ended at `nowMs`, or when the older one's end was not made up (provider/mem `Put`, types `Alert.Merge`).
 */
export function mergeAlerts(known: Alert, reported: Alert, nowMs: number): Alert {
  const knownStart = known.startsAt.ms;
  const knownEnd = endMs(known);
  const isWithin = (ms: number): boolean => ms > knownStart && ms < knownEnd;
  if (!isWithin(endMs(reported)) && !isWithin(reported.startsAt.ms)) return reported;
  const [older, newer] = reported.updatedAtMs < known.updatedAtMs ? [reported, known] : [known, reported];
  const startsAt = older.startsAt.ms < newer.startsAt.ms ? older.startsAt : newer.startsAt;
  const olderEndCounts = isResolvedAt(newer, nowMs) ? isResolvedAt(older, nowMs) : !older.isTimeout;
  const endsAt = olderEndCounts && endMs(older) > endMs(newer) ? older.endsAt : newer.endsAt;
  return { ...newer, startsAt, endsAt };
}

function endMs(alert: Alert): number {
  return alert.endsAt?.ms ?? Number.POSITIVE_INFINITY;
}
