import {
  compareAlerts,
  compareLabelSets,
  isResolvedAt,
  matchesAll,
  matchRoutes,
  type Alert,
  type AlertGroup,
  type AlertStore,
  type Inhibitor,
  type Route,
  type Silences,
} from "@ferula/alerting";
import { compareUtf8, type Labels } from "@ferula/model";
import type { Request } from "express";
import { alertJson, labelsJson, type AlertStatus } from "./alert-json.ts";
import { readFilter, readFlag, readReceiver, readReceiverMatchers } from "./query-params.ts";

/** The parts that belong to the configuration in force. */
export interface ActiveConfig {
  readonly route: Route;
  /** The labels of each receiver, by its name, in the order of the file. */
  readonly receivers: ReadonlyMap<string, Labels>;
  readonly groups: () => readonly AlertGroup[];
  readonly inhibitor: Inhibitor;
  readonly resolveTimeoutMs: number;
}

/** What listings of alerts are made from. What a reload replaces is asked for at each request. */
export interface AlertListingDeps {
  readonly store: AlertStore;
  readonly silences: Silences;
  readonly active: () => ActiveConfig;
  readonly nowMs: () => number;
}

/** The answer to `GET /alerts`: alerts that have not ended, by their fingerprints. Throws ApiRefusal for parameters that can't be read. */
export function listAlerts(deps: AlertListingDeps, req: Request): unknown {
  const isWanted = alertFilter(deps, req);
  const isReceiver = receiverFilter(deps, req);
  const listed: { readonly alert: Alert; readonly json: unknown }[] = [];
  for (const alert of deps.store.alerts()) {
    const receivers = matchRoutes(deps.active().route, alert.labels).map((route) => route.receiver);
    if (!isReceiver(receivers)) continue;
    const status = statusOf(deps, alert);
    if (isWanted(alert, status)) listed.push({ alert, json: alertJson(alert, status, receivers) });
  }
  return listed.toSorted((a, b) => compareUtf8(a.alert.fingerprint, b.alert.fingerprint)).map(({ json }) => json);
}

/** The answer to `GET /alerts/groups`; each alert names the receivers of all groups that are listed with it. Throws as `listAlerts`. */
export function listGroups(deps: AlertListingDeps, req: Request): unknown {
  const isWanted = alertFilter(deps, req);
  const isReceiver = receiverFilter(deps, req);
  const receiversOf = new Map<string, string[]>();
  const groups = deps
    .active()
    .groups()
    .filter(({ route }) => isReceiver([route.receiver]))
    .map(({ labels, route: { receiver }, alerts }) => ({
      labels,
      receiver,
      alerts: alerts()
        .map((alert) => ({ alert, status: statusOf(deps, alert) }))
        .filter(({ alert, status }) => isWanted(alert, status))
        .toSorted((a, b) => compareAlerts(a.alert, b.alert)),
    }))
    .filter(({ alerts }) => alerts.length > 0)
    .toSorted((a, b) => compareLabelSets(a.labels, b.labels) || compareUtf8(a.receiver, b.receiver));
  for (const { receiver, alerts } of groups)
    for (const { alert } of alerts) receiversOf.set(alert.fingerprint, [...(receiversOf.get(alert.fingerprint) ?? []), receiver]);
  const receivers = (alert: Alert): readonly string[] => (receiversOf.get(alert.fingerprint) ?? []).toSorted(compareUtf8);
  return groups.map(({ labels, receiver, alerts }) => ({
    alerts: alerts.map(({ alert, status }) => alertJson(alert, status, receivers(alert))),
    labels: labelsJson(labels),
    receiver: { name: receiver },
    routeLabels: {},
  }));
}

function statusOf({ silences, active }: AlertListingDeps, { labels }: Alert): AlertStatus {
  const inhibitedBy = active().inhibitor.inhibitedBy(labels);
  return { silencedBy: silences.silencedBy(labels), inhibitedBy: inhibitedBy === undefined ? [] : [inhibitedBy], mutedBy: [] };
}

/** The conditions of a listing on an alert, all but the receiver. */
function alertFilter({ nowMs }: AlertListingDeps, req: Request): (alert: Alert, status: AlertStatus) => boolean {
  const filter = readFilter(req);
  const active = readFlag(req, "active", true);
  const silenced = readFlag(req, "silenced", true);
  const inhibited = readFlag(req, "inhibited", true);
  const now = nowMs();
  return (alert, { silencedBy, inhibitedBy }) => {
    if (isResolvedAt(alert, now) || !matchesAll(filter, alert.labels)) return false;
    if (silencedBy.length > 0 && !silenced) return false;
    if (inhibitedBy.length > 0 && !inhibited) return false;
    return silencedBy.length + inhibitedBy.length > 0 || active;
  };
}

/** Whether one of an alert's receivers has the name, and one the labels, that are asked for. */
function receiverFilter({ active }: AlertListingDeps, req: Request): (receivers: readonly string[]) => boolean {
  const isNamed = readReceiver(req);
  const hasLabels = readReceiverMatchers(req);
  return (receivers) => receivers.some(isNamed) && receivers.some((name) => hasLabels(active().receivers.get(name) ?? []));
}
