import { labelValue, type Labels, type Matcher } from "@ferula/model";
import { isResolvedAt, type Alert } from "./alert.ts";
import type { AlertStore } from "./alert-store.ts";
import { matchesAll } from "./matchers/label-matchers.ts";

/** While an alert that matches `source` fires, alerts that match `target` and have the same `equal` labels are not sent. */
export interface InhibitRule {
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
}

/** Says which alert, if any, keeps another from being sent. */
export interface Inhibitor {
  /** The fingerprint of a firing source for an alert with these labels, by the first rule that has one. */
  readonly inhibitedBy: (labels: Labels) => string | undefined;
  readonly stop: () => void;
}

/** How often sources that ended by their time alone are looked for, so that they don't pile up. */
const SWEEP_INTERVAL_MS = 15 * 60_000;

/** Follows the alerts of `store` and keeps, for each rule, its firing sources by the values of its `equal` labels. */
export function createInhibitor(rules: readonly InhibitRule[], store: AlertStore, nowMs: () => number): Inhibitor {
  const sources = rules.map(() => new Map<string, Map<string, Alert>>());
  let nextSweepMs = nowMs() + SWEEP_INTERVAL_MS;

  function follow(alert: Alert): void {
    if (nowMs() >= nextSweepMs) sweep();
    for (const [i, rule] of rules.entries()) {
      if (!matchesAll(rule.source, alert.labels)) continue;
      const key = equalKey(rule, alert.labels);
      const alike = sources[i].get(key) ?? new Map<string, Alert>();
      if (isResolvedAt(alert, nowMs())) alike.delete(alert.fingerprint);
      else alike.set(alert.fingerprint, alert);
      if (alike.size === 0) sources[i].delete(key);
      else sources[i].set(key, alike);
    }
  }

  function sweep(): void {
    nextSweepMs = nowMs() + SWEEP_INTERVAL_MS;
    for (const byKey of sources) {
      for (const [key, alike] of byKey) {
        for (const [fingerprint, source] of alike) if (isResolvedAt(source, nowMs())) alike.delete(fingerprint);
        if (alike.size === 0) byKey.delete(key);
      }
    }
  }

  function firingSource(rule: InhibitRule, byKey: Map<string, Map<string, Alert>>, labels: Labels): string | undefined {
    const alike = byKey.get(equalKey(rule, labels));
    if (alike === undefined) return undefined;
    const matchesBothSides = matchesAll(rule.source, labels);
    for (const [fingerprint, source] of alike) {
      // A source that is resolved by its end time alone brings no news: it is noticed here.
      if (isResolvedAt(source, nowMs())) alike.delete(fingerprint);
      // Two alerts that match both sides would silence each other.
      else if (!(matchesBothSides && matchesAll(rule.target, source.labels))) return fingerprint;
    }
    return undefined;
  }

  const stop = store.subscribe(follow);
  return {
    inhibitedBy(labels) {
      for (const [i, rule] of rules.entries()) {
        if (!matchesAll(rule.target, labels)) continue;
        const fingerprint = firingSource(rule, sources[i], labels);
        if (fingerprint !== undefined) return fingerprint;
      }
      return undefined;
    },
    stop,
  };
}

function equalKey({ equal }: InhibitRule, labels: Labels): string {
  return JSON.stringify(equal.map((name) => labelValue(labels, name)));
}
