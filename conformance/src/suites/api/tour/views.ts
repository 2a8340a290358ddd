import { type Call, get } from "../call.ts";

/** What is shown of targets, rules and alerts: their times differ from server to server. */
const shape = { compares: "shape" } as const;

/** `targets`, `scrape_pools`, `metadata` and `alertmanagers`. */
export function targetCalls(): readonly Call[] {
  const labels = '{"__address__":"a:1","page":"<b>"}';
  return [
    get("targets", {}, shape),
    ...["active", "dropped", "any", "ACTIVE", "x"].map((state) => get("targets", { state }, shape)),
    ...["good", "nowhere", ""].map((scrapePool) => get("targets", { scrapePool }, shape)),
    get("targets", { scrapePool: "good", state: "dropped" }),
    get("scrape_pools"),
    get("targets/metadata", {}, shape),
    get("targets/metadata", { match_target: '{job="good"}' }, shape),
    get("targets/metadata", { match_target: '{job="down"}' }),
    get("targets/metadata", { match_target: "{" }),
    get("targets/metadata", { metric: "requests" }),
    get("targets/metadata", { metric: "requests_total" }),
    get("targets/metadata", { metric: "nowhere" }),
    ...["0", "1", "-1", "x", "1.5"].map((limit) => get("targets/metadata", { limit }, shape)),
    get("targets/relabel_steps", {}, { since: 3 }),
    get("targets/relabel_steps", { scrapePool: "good" }, { since: 3 }),
    get("targets/relabel_steps", { labels }, { since: 3 }),
    get("targets/relabel_steps", { scrapePool: "nowhere", labels }, { since: 3 }),
    get("targets/relabel_steps", { scrapePool: "good", labels }, { since: 3 }),
    get("targets/relabel_steps", { scrapePool: "good", labels: '{"__address__":"dropped:1"}' }, { since: 3 }),
    get("targets/relabel_steps", { scrapePool: "down", labels: "{}" }, { since: 3 }),
    get("metadata", {}, shape),
    get("metadata", { metric: "requests" }),
    get("metadata", { metric: "temperature_celsius" }),
    get("metadata", { metric: "nowhere" }),
    ...["0", "-1", "x"].map((limit) => get("metadata", { limit }, shape)),
    ...["0", "1", "x"].map((limit) => get("metadata", { limit_per_metric: limit }, shape)),
    get("alertmanagers"),
  ];
}

const FILTERS: readonly Readonly<Record<string, string | number | readonly string[]>>[] = [
  { type: "alert" },
  { type: "record" },
  { type: "RECORD" },
  { type: "x" },
  { "rule_name[]": "Fires" },
  { "rule_name[]": ["Fires", "one:total"] },
  { "rule_name[]": "nowhere" },
  { "rule_group[]": "records" },
  { "file[]": "nowhere" },
  { "rule_group[]": "records", "rule_name[]": "Fires" },
];

/** Those that 2.42 does not know. */
const NEW_FILTERS: typeof FILTERS = [
  { "match[]": '{severity="none"}' },
  { "match[]": ['{severity="none"}', '{made!=""}'] },
  { "match[]": "{}" },
  { "match[]": "{" },
  { exclude_alerts: "true" },
  { exclude_alerts: "0" },
  { exclude_alerts: "x" },
  { group_limit: 1 },
  { group_limit: 2 },
  { group_limit: 100 },
  { group_limit: 0 },
  { group_limit: -1 },
  { group_limit: "x" },
  { group_limit: "99999999999" },
  { group_next_token: "x" },
  { group_limit: 1, group_next_token: "x" },
];

/** `rules` and `alerts`. */
export function ruleCalls(): readonly Call[] {
  return [
    get("rules", {}, shape),
    ...FILTERS.map((filter) => get("rules", filter, shape)),
    ...NEW_FILTERS.map((filter) => get("rules", filter, { ...shape, since: 3 })),
    get("rules?type=%zz", {}, { ...shape, since: 3 }),
    get("alerts", {}, shape),
  ];
}
