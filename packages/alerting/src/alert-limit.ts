import { labelValue } from "@ferula/model";
import type { Alert } from "./alert.ts";

/** Bounds how many alerts there may be of one name, for senders that put what changes into labels. */
export interface AlertLimit {
  /** Whether an alert may come in. One that is known may always, and one that has ended gives up its place to a new one. */
  readonly admits: (alert: Alert) => boolean;
  /** The alert is no longer held. */
  readonly forget: (alert: Alert) => void;
}

/** A limit of `perName` alerts; 0 is no limit. */
export function createAlertLimit(perName: number, nowMs: () => number): AlertLimit {
  if (perName <= 0) return { admits: () => true, forget: () => undefined };
  const endsByName = new Map<string, Map<string, number>>();

  return {
    admits(alert) {
      const name = nameOf(alert);
      const ends = endsByName.get(name) ?? new Map<string, number>();
      if (!ends.has(alert.fingerprint) && ends.size >= perName && !dropEnded(ends, nowMs())) return false;
      ends.set(alert.fingerprint, alert.endsAt?.ms ?? Number.POSITIVE_INFINITY);
      endsByName.set(name, ends);
      return true;
    },
    forget(alert) {
      const ends = endsByName.get(nameOf(alert));
      ends?.delete(alert.fingerprint);
      if (ends?.size === 0) endsByName.delete(nameOf(alert));
    },
  };
}

function nameOf({ labels }: Alert): string {
  return labelValue(labels, "alertname");
}

function dropEnded(ends: Map<string, number>, nowMs: number): boolean {
  for (const [fingerprint, endMs] of ends) if (endMs < nowMs) return ends.delete(fingerprint);
  return false;
}
