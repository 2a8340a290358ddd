/** A day of rules as data: what is stored, which rules are in force, and when the process stops and starts. All times are minutes. */
export interface Scenario {
  readonly startMs: number;
  readonly endMinute: number;
  /** Each series is stored every quarter of a minute with the value of the last change; "stale" ends it. */
  readonly series: readonly { readonly labels: Readonly<Record<string, string>>; readonly changes: readonly Change[] }[];
  readonly actions: readonly Action[];
  /** When it is noted how every rule fares. */
  readonly looks: readonly number[];
}

export type Change = readonly [minute: number, value: number | "stale"];

export type Action = { readonly minute: number } & (
  | { readonly kind: "start" | "reload"; readonly rules: string; readonly queryOffsetMs: number }
  | { readonly kind: "stop" }
);

const FIRST_RULES = `
groups:
- name: services
  labels: { team: blue, severity: ticket }
  rules:
  - record: job:up:sum
    expr: sum by (job) (up)
  - alert: Down
    expr: up == 0
    for: 5m
    keep_firing_for: 10m
    labels: { severity: page, owner: "{{ $labels.nobody }}" }
    annotations:
      summary: "{{ $labels.job }} is {{ $value }} in {{ $externalLabels.region }}, see {{ $externalURL }}"
      broken: "{{ query \\"missing\\" | first | value }}"
      stored: "{{ with query \\"job:up:sum\\" }}{{ . | first | value }}{{ end }} at {{ now }}"
  - alert: Slow
    expr: latency_seconds > 1
    for: 30m
    annotations: { summary: "{{ $labels.service }} takes {{ $value | humanizeDuration }}" }
- name: shelves
  interval: 30s
  query_offset: 15s
  limit: 2
  rules:
  - alert: Items
    expr: items > 0
    annotations: { count: "{{ $value }}" }
  - record: shelf:items:double
    expr: items * 2
- name: fragile
  rules:
  - record: one:instance
    expr: label_replace(parts, "instance", "all", "", "")
    labels: { tier: "" }
- name: leaving
  rules:
  - record: left:up
    expr: up
  - record: moved:up
    expr: max(up)
`;

/** `Slow` waits longer, a rule has gone to another group, one has another name, the group `leaving` is gone. */
const SECOND_RULES = FIRST_RULES.replace("for: 30m", "for: 90m")
  .replace(/- name: leaving[^]*$/, "- name: staying\n  rules:\n  - record: moved:up\n    expr: max(up)\n")
  .replace("shelf:items:double", "shelf:items:twice");

export const ruleDay: Scenario = {
  startMs: Date.UTC(2000, 0, 1),
  endMinute: 345,
  series: [
    {
      labels: { __name__: "up", job: "api" },
      changes: [
        [0, 1],
        [10, 0],
        [20, 1],
      ],
    },
    {
      labels: { __name__: "up", job: "db" },
      changes: [
        [0, 1],
        [10, 0],
        [13, 1],
        [50, 0],
        [72, 1],
        [76, 0],
        [80, "stale"],
      ],
    },
    {
      labels: { __name__: "latency_seconds", service: "fired" },
      changes: [
        [0, 0],
        [5, 3],
        [110, 0],
        [208, 90],
      ],
    },
    {
      labels: { __name__: "latency_seconds", service: "almost" },
      changes: [
        [0, 0],
        [35, 2],
        [110, 0],
      ],
    },
    {
      labels: { __name__: "latency_seconds", service: "halfway" },
      changes: [
        [0, 0],
        [45, 2],
        [110, 0],
        [120, 5],
        [325, 0],
      ],
    },
    {
      labels: { __name__: "items", shelf: "a" },
      changes: [
        [0, 0],
        [2, 1],
        [12, 7],
        [30, 0],
        [262, 1],
        [285, 0],
      ],
    },
    {
      labels: { __name__: "items", shelf: "b" },
      changes: [
        [0, 0],
        [263, 1],
        [270, "stale"],
      ],
    },
    {
      labels: { __name__: "items", shelf: "c" },
      changes: [
        [265, 1],
        [275, "stale"],
      ],
    },
    { labels: { __name__: "parts", instance: "1", tier: "x" }, changes: [[0, 5]] },
    {
      labels: { __name__: "parts", instance: "2", tier: "x" },
      changes: [
        [290, 6],
        [295, "stale"],
      ],
    },
  ],
  actions: [
    { minute: 0, kind: "start", rules: FIRST_RULES, queryOffsetMs: 0 },
    { minute: 60, kind: "stop" },
    { minute: 65, kind: "start", rules: FIRST_RULES, queryOffsetMs: 0 },
    { minute: 130, kind: "reload", rules: FIRST_RULES, queryOffsetMs: 0 },
    { minute: 140, kind: "stop" },
    { minute: 205, kind: "start", rules: FIRST_RULES, queryOffsetMs: 0 },
    { minute: 250, kind: "reload", rules: SECOND_RULES, queryOffsetMs: 0 },
    { minute: 310, kind: "reload", rules: SECOND_RULES, queryOffsetMs: 20_000 },
  ],
  looks: [1, 12, 25, 33, 59, 66, 68, 79, 90, 104, 139, 209, 245, 250, 252, 267, 272, 292, 298, 344],
};
