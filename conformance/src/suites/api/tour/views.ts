import { createHash } from "node:crypto";
import { type Call, get } from "../call.ts";

/** What is shown of targets, rules and alerts: their times differ from server to server. */
const shape = { compares: "shape" } as const;
const untimed = { compares: "untimed", since: 3 } as const;

/** Texts that stand where the labels of a target should be; what is no JSON has an error in words of its own. */
const ODD_LABELS: readonly string[] = [
  ...["", "null", "[]", '"x"', "1", "true", " {} ", "x", '{"a":"b"', '{"a":"b",}', '{"a":"b"} x'],
  ...['{"a":1}', '{"a":null}', '{"a":1.5,"b":"x"}', '{"a":{"b":"c"}}', '{"a":["b"]}', '{"a":true}'],
  ...['{"a":"b","a":"c"}', '{"":"x"}', '{"a":""}', '{"1":"x","0":"y","a":"z"}', '{"é":"ü","page":"<&>"}', String.raw`{"a":"\ud800"}`],
];

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
    ...ODD_LABELS.map((odd) => get("targets/relabel_steps", { scrapePool: "good", labels: odd }, { since: 3 })),
    ...["GOOD", 'a"b\n<é>'].map((scrapePool) => get("targets/relabel_steps", { scrapePool, labels }, { since: 3 })),
    get("targets/relabel_steps", { scrapePool: ["good", "down"], labels }, { since: 3 }),
    ...["active", "dropped", "any", "all", ""].flatMap((state) =>
      ["good", "down", ""].map((scrapePool) => get("targets", { state, scrapePool }, untimed)),
    ),
    ...["{}", "", "up", '{job=~"go+d"}', "sum(x)", '{job="good"'].map((selector) =>
      get("targets/metadata", { match_target: selector, metric: "requests" }, { since: 3 }),
    ),
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

/** Of which whole answers are compared, but for their times. */
const UNTIMED_FILTERS: typeof FILTERS = [
  {},
  { "rule_name[]": ["", "Fires"] },
  { "rule_name[]": "" },
  { "rule_group[]": "" },
  { rule_name: "Fires" },
  ...["up", "", '{severity=~".+"}', '{alertname="Fires"}', '{severity=""}', "sum(x)"].map((selector) => ({ "match[]": selector })),
  ...["Alert", " alert", "alerting"].map((type) => ({ type })),
  { type: ["alert", "record"] },
  ...["TRUE", "tRuE", "", "yes"].map((exclude) => ({ exclude_alerts: exclude })),
  { exclude_alerts: "1", type: "alert" },
  ...["2147483647", "2147483648", "-2147483649", "1.0"].map((group_limit) => ({ group_limit })),
  { group_limit: 1, group_next_token: "" },
  { state: "firing" },
];

const GROUPS = ["alerts", "records", "faulty"] as const;

/** The pages of groups, each asked for by the token of the one before, which is made of the file and the name of a group. */
function pageCalls(rulesFile: string): readonly Call[] {
  return GROUPS.flatMap((group) => {
    const token = createHash("sha256").update(`${rulesFile};${group}`).digest("hex");
    return [
      ...[1, 2, 3].flatMap((limit) => [
        get("rules", { group_limit: limit, group_next_token: token }, untimed),
        get("rules", { group_limit: limit, group_next_token: token, type: "alert" }, untimed),
        get("rules", { group_limit: limit, "rule_group[]": group }, untimed),
      ]),
      get("rules", { group_next_token: token }, untimed),
      get("rules", { group_limit: 1, group_next_token: token.toUpperCase() }, untimed),
    ];
  });
}

/** `rules` and `alerts`, with the rules of `rulesFile`. */
export function ruleCalls(rulesFile: string): readonly Call[] {
  return [
    ...[{}, { "file[]": rulesFile }, { "file[]": [rulesFile, "x"], "rule_name[]": "Waits" }, ...UNTIMED_FILTERS].map((filter) =>
      get("rules", filter, untimed),
    ),
    ...pageCalls(rulesFile),
    get("alerts", {}, untimed),
    get("rules", {}, shape),
    ...FILTERS.map((filter) => get("rules", filter, shape)),
    ...NEW_FILTERS.map((filter) => get("rules", filter, { ...shape, since: 3 })),
    get("rules?type=%zz", {}, { ...shape, since: 3 }),
    get("alerts", {}, shape),
  ];
}
