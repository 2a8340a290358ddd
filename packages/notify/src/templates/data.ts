import { isResolvedAt, offsetMs, type Alert, type Flush, type Moment } from "@ferula/alerting";
import { defineType, fixedZone, goFunction, GoTime, zeroTime, type GoObject } from "@ferula/go-template";
import { labelPairs, labelValue, type Labels } from "@ferula/model";
import { quoteMeta } from "@ferula/regexp";

/** What a notification is about, before it is shown to templates or to a webhook. */
export interface NotificationData {
  readonly receiver: string;
  readonly status: "firing" | "resolved";
  readonly alerts: readonly AlertData[];
  readonly reason: string;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly externalUrl: string;
}

export interface AlertData {
  readonly status: "firing" | "resolved";
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: Moment;
  /** Undefined while it fires. */
  readonly endsAt: Moment | undefined;
  readonly generatorUrl: string;
  readonly fingerprint: string;
}

/** Gathers a round's data for one receiver: what its alerts have in common, and whether any of them fires. */
export function notificationData(
  flush: Flush,
  alerts: readonly Alert[],
  receiver: string,
  reason: string,
  externalUrl: string,
): NotificationData {
  // Upstream shows the receiver's name as the pattern that matches it alone.
  const base = { receiver: quoteMeta(receiver), reason, groupLabels: flush.groupLabels, externalUrl };
  return withAlerts(
    base,
    alerts.map((alert) => alertData(alert, flush.nowMs)),
  );
}

/** The data as if it were about these alerts only: what they have in common is found anew. */
export function withAlerts(
  { receiver, reason, groupLabels, externalUrl }: Pick<NotificationData, "receiver" | "reason" | "groupLabels" | "externalUrl">,
  alerts: readonly AlertData[],
): NotificationData {
  return {
    receiver,
    status: alerts.some(({ status }) => status === "firing") ? "firing" : "resolved",
    alerts,
    reason,
    groupLabels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalUrl,
  };
}

function alertData(alert: Alert, nowMs: number): AlertData {
  const { labels, annotations, startsAt, endsAt, generatorUrl, fingerprint } = alert;
  const status = isResolvedAt(alert, nowMs) ? "resolved" : "firing";
  return { status, labels, annotations, startsAt, endsAt: status === "resolved" ? endsAt : undefined, generatorUrl, fingerprint };
}

/** The pairs that stand in every one of the label sets. An empty annotation is as good as none in the others, as it is upstream. */
function common([first = [], ...others]: readonly Labels[]): Labels {
  return labelPairs(first)
    .filter(([name, value]) => others.every((labels) => labelValue(labels, name) === value))
    .flat();
}

/** The data as templates see it: `.Status`, `.Alerts.Firing`, `.GroupLabels.SortedPairs.Values` and so on. */
export function templateData(data: NotificationData): unknown {
  return dataType(data);
}

type Pair = readonly [name: string, value: string];

const strings = defineType<readonly string[]>({ type: "template.Strings", underlying: (self) => self, methods: { Join: joinOn } });

function joinOn(self: readonly string[], separator: string): string {
  return self.join(separator);
}

const pair = defineType<Pair>({ type: "template.Pair", fields: { Name: ([name]) => name, Value: ([, value]) => value } });

const pairs = defineType<readonly Pair[]>({
  type: "template.Pairs",
  underlying: (self) => self.map(pair),
  methods: {
    Names: (self: readonly Pair[]) => strings(self.map(([name]) => name)),
    Values: (self: readonly Pair[]) => strings(self.map(([, value]) => value)),
  },
  text: (self) => self.map(([name, value]) => `${name}=${value}`).join(", "),
});

/** A label set: a map with the methods that notifications are written with. The name of an alert comes first. */
const keyValues: (labels: Labels) => GoObject<Labels> = defineType<Labels>({
  type: "template.KV",
  underlying: (labels) => new Map(labelPairs(labels)),
  zero: "",
  methods: {
    SortedPairs: (labels: Labels) => pairs(sortedPairs(labels)),
    Names: (labels: Labels) => strings(sortedPairs(labels).map(([name]) => name)),
    Values: (labels: Labels) => strings(sortedPairs(labels).map(([, value]) => value)),
    Remove: goFunction({
      params: ["[]string"],
      call: (labels: Labels, names: readonly string[] | null) => {
        const removed = new Set(names);
        return keyValues(
          labelPairs(labels)
            .filter(([name]) => !removed.has(name))
            .flat(),
        );
      },
    }),
  },
  text: (labels) =>
    sortedPairs(labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(", "),
});

function sortedPairs(labels: Labels): readonly Pair[] {
  const all = labelPairs(labels);
  return [...all.filter(([name]) => name === "alertname"), ...all.filter(([name]) => name !== "alertname")];
}

/** The fields under the names that they have in JSON, in the order that they are written. */
const alertJson = defineType<AlertData>({
  type: "template.Alert",
  fields: {
    status: ({ status }) => status,
    labels: ({ labels }) => keyValues(labels),
    annotations: ({ annotations }) => keyValues(annotations),
    startsAt: ({ startsAt }) => goTime(startsAt),
    endsAt: ({ endsAt }) => goTime(endsAt),
    generatorURL: ({ generatorUrl }) => generatorUrl,
    fingerprint: ({ fingerprint }) => fingerprint,
  },
});

const alertType = defineType<AlertData>({
  type: "template.Alert",
  fields: {
    Status: ({ status }) => status,
    Labels: ({ labels }) => keyValues(labels),
    Annotations: ({ annotations }) => keyValues(annotations),
    StartsAt: ({ startsAt }) => goTime(startsAt),
    EndsAt: ({ endsAt }) => goTime(endsAt),
    GeneratorURL: ({ generatorUrl }) => generatorUrl,
    Fingerprint: ({ fingerprint }) => fingerprint,
  },
  json: (alert) => alertJson(alert),
});

const alertsType: (alerts: readonly AlertData[]) => GoObject<readonly AlertData[]> = defineType<readonly AlertData[]>({
  type: "template.Alerts",
  underlying: (self) => self.map(alertType),
  methods: {
    Firing: (self: readonly AlertData[]) => alertsType(self.filter(({ status }) => status === "firing")),
    Resolved: (self: readonly AlertData[]) => alertsType(self.filter(({ status }) => status === "resolved")),
  },
});

const dataJson = defineType<NotificationData>({
  type: "template.Data",
  fields: {
    receiver: ({ receiver }) => receiver,
    status: ({ status }) => status,
    alerts: ({ alerts }) => alertsType(alerts),
    notification_reason: ({ reason }) => reason,
    groupLabels: ({ groupLabels }) => keyValues(groupLabels),
    commonLabels: ({ commonLabels }) => keyValues(commonLabels),
    commonAnnotations: ({ commonAnnotations }) => keyValues(commonAnnotations),
    routeLabels: () => keyValues([]),
    externalURL: ({ externalUrl }) => externalUrl,
  },
});

const dataType = defineType<NotificationData>({
  type: "*template.Data",
  fields: {
    Receiver: ({ receiver }) => receiver,
    Status: ({ status }) => status,
    Alerts: ({ alerts }) => alertsType(alerts),
    NotificationReason: ({ reason }) => reason,
    GroupLabels: ({ groupLabels }) => keyValues(groupLabels),
    CommonLabels: ({ commonLabels }) => keyValues(commonLabels),
    CommonAnnotations: ({ commonAnnotations }) => keyValues(commonAnnotations),
    RouteLabels: () => keyValues([]),
    ExternalURL: ({ externalUrl }) => externalUrl,
  },
  json: (data) => dataJson(data),
});

/** A moment in the zone it was sent with; no moment is Go's zero time. */
function goTime(moment: Moment | undefined): GoTime {
  if (moment === undefined) return zeroTime;
  const { ms, nanos, zone } = moment;
  // A zone that has no name is shown as its offset, in Go's form.
  return zone === "Z" ? new GoTime(ms, nanos) : new GoTime(ms, nanos, fixedZone(zone, offsetMs(zone) / 1000, zone.replace(":", "")));
}
