import { createAlertLimit } from "./alert-limit.ts";
import { mergeAlerts, isResolvedAt, type Alert } from "./alert.ts";

/** Is called with each alert that is new or changed. */
export type AlertListener = (alert: Alert) => void;

/** The alerts that are known, one for each label set, in memory: senders repeat them. */
export interface AlertStore {
  /** Merges the reports with what is known and tells the listeners, in the order of the reports. */
  readonly put: (alerts: readonly Alert[]) => void;
  readonly get: (fingerprint: string) => Alert | undefined;
  /** Every alert, resolved ones too until they are collected. */
  readonly alerts: () => Iterable<Alert>;
  /** Calls `listener` with every alert that is there, then with each that comes. Returns how to end that. */
  readonly subscribe: (listener: AlertListener) => () => void;
  /** Drops what has ended, and tells how many that were. */
  readonly collect: () => number;
}

export interface AlertStoreOptions {
  readonly nowMs: () => number;
  /** How many alerts there may be of one `alertname`; 0, the default, is no limit. */
  readonly perNameLimit?: number;
  /** Is told of each alert that the limit refuses. */
  readonly onLimited?: (alert: Alert) => void;
}

/** An empty store. */
export function createAlertStore({ nowMs, perNameLimit = 0, onLimited }: AlertStoreOptions): AlertStore {
  const limit = createAlertLimit(perNameLimit, nowMs);
  const byFingerprint = new Map<string, Alert>();
  const listeners = new Set<AlertListener>();
  return {
    put(alerts) {
      for (const reported of alerts) {
        const known = byFingerprint.get(reported.fingerprint);
        const alert = known === undefined ? reported : mergeAlerts(known, reported, nowMs());
        if (!limit.admits(alert)) {
          onLimited?.(alert);
          continue;
        }
        byFingerprint.set(alert.fingerprint, alert);
        for (const listener of listeners) listener(alert);
      }
    },
    get: (fingerprint) => byFingerprint.get(fingerprint),
    alerts: () => byFingerprint.values(),
    subscribe(listener) {
      for (const alert of byFingerprint.values()) listener(alert);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    collect() {
      const before = byFingerprint.size;
      for (const alert of byFingerprint.values()) {
        if (!isResolvedAt(alert, nowMs())) continue;
        byFingerprint.delete(alert.fingerprint);
        limit.forget(alert);
      }
      return before - byFingerprint.size;
    },
  };
}
