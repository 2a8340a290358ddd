/** A sample of a series; null is a stale marker. */
export type Point = readonly [timestampMs: number, value: number | null];

/** An alert as it was sent. */
export interface Notification {
  readonly sentMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly generatorUrl: string;
}

/** How a rule fared at a time. */
export interface Look {
  readonly minute: number;
  readonly rule: string;
  readonly health: string;
  readonly lastError: string;
  readonly alerts: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly state: string;
    readonly activeAtMs: number;
    /** 0 is never. */
    readonly keepFiringSinceMs: number;
    readonly value: number;
  }[];
}

/** Everything that came of a day. */
export interface Outcome {
  readonly notifications: readonly Notification[];
  readonly series: readonly { readonly labels: Readonly<Record<string, string>>; readonly points: readonly Point[] }[];
  readonly looks: readonly Look[];
}

/** An outcome as text that a reader can follow: what repeats evenly is one line. */
export function report({ notifications, series, looks }: Outcome, startMs: number): string {
  const time = (ms: number): string => (ms <= 0 ? "never" : clockTime(ms - startMs));
  return [
    "NOTIFICATIONS",
    ...notificationLines(notifications, time),
    "",
    "SERIES",
    ...series.flatMap(({ labels, points }) => [labelsText(labels), ...pointLines(points, time)]).filter((line) => line !== ""),
    "",
    "RULES",
    ...looks.flatMap((look) => lookLines(look, time)),
    "",
  ].join("\n");
}

type TimeText = (ms: number) => string;

/** By alert, in the order in which they were sent. */
function notificationLines(notifications: readonly Notification[], time: TimeText): readonly string[] {
  const byAlert = new Map<string, Notification[]>();
  for (const one of notifications) {
    const alert = labelsText(one.labels);
    byAlert.set(alert, [...(byAlert.get(alert) ?? []), one]);
  }
  return [...byAlert]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([alert, sent]) => {
      const runs = evenRuns(sent.map((one) => ({ atMs: one.sentMs, text: sentText(one, time) })));
      return [alert, ...runs.map((run) => `  ${runText(run, time)}`)];
    });
}

function sentText({ sentMs, startsAtMs, endsAtMs, annotations, generatorUrl }: Notification, time: TimeText): string {
  const end = endsAtMs > sentMs ? `in ${(endsAtMs - sentMs) / 1000}s` : time(endsAtMs);
  return `from ${time(startsAtMs)} to ${end} ${labelsText(annotations)} ${generatorUrl}`;
}

function pointLines(points: readonly Point[], time: TimeText): readonly string[] {
  const runs = evenRuns(points.map(([atMs, value]) => ({ atMs, text: value === null ? "stale" : String(value) })));
  return runs.map((run) => `  ${runText(run, time)}`);
}

function lookLines({ minute, rule, health, lastError, alerts }: Look, time: TimeText): readonly string[] {
  const lines = alerts.map(({ labels, state, activeAtMs, keepFiringSinceMs, value }) => {
    const kept = keepFiringSinceMs > 0 ? ` kept since ${time(keepFiringSinceMs)}` : "";
    return `    ${state} since ${time(activeAtMs)}${kept} ${value} ${labelsText(labels)}`;
  });
  return [`  ${minute} min ${rule}: ${health}${lastError === "" ? "" : ` (${lastError})`}`, ...lines.toSorted()];
}

interface Moment {
  readonly atMs: number;
  readonly text: string;
}

interface Run {
  readonly text: string;
  readonly firstMs: number;
  stepMs: number;
  count: number;
}

/** Moments of the same text with the same time between them. */
function evenRuns(moments: readonly Moment[]): readonly Run[] {
  const runs: Run[] = [];
  for (const { atMs, text } of moments) {
    const last = runs.at(-1);
    const stepMs = last === undefined ? 0 : atMs - (last.firstMs + (last.count - 1) * last.stepMs);
    if (last?.text === text && (last.count === 1 || stepMs === last.stepMs)) {
      last.stepMs = stepMs;
      last.count++;
    } else {
      runs.push({ text, firstMs: atMs, stepMs: 0, count: 1 });
    }
  }
  return runs;
}

function runText({ text, firstMs, stepMs, count }: Run, time: TimeText): string {
  const more = count === 1 ? "" : ` and ${count - 1} more every ${stepMs / 1000}s`;
  return `${time(firstMs)}${more}: ${text}`;
}

function clockTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}

function labelsText(labels: Readonly<Record<string, string>>): string {
  return `{${Object.keys(labels)
    .toSorted()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
    .join(", ")}}`;
}
