import { expect, test } from "@jest/globals";
import { buildReceivers, loadTemplates, printAlertmanagerFile, readAlertmanagerFile, readServedAlertmanagerFile } from "../../src/index.ts";

const good = `global:
  smtp_smarthost: 127.0.0.1:25
  smtp_from: a@example.org
route:
  receiver: team
  group_by: [alertname]
  routes:
    - receiver: hook
      matchers: [ severity="page" ]
receivers:
  - name: team
    email_configs:
      - to: b@example.org
  - name: hook
    webhook_configs:
      - url: http://127.0.0.1:1/secret-token
`;

test("a configuration is read and printed without its secrets", () => {
  const { config } = readAlertmanagerFile(good, "a.yml");
  expect(config.receivers.map(({ name }) => name)).toEqual(["team", "hook"]);
  const printed = printAlertmanagerFile(config);
  expect(printed).toContain("receiver: team");
  expect(printed).not.toContain("secret-token");
});

test.each([
  ["a receiver that does not exist", good.replace("receiver: hook", "receiver: nobody"), "nobody"],
  ["no route", good.replace(/route:[^]*receivers:/, "receivers:"), "route"],
  ["two receivers of one name", good.replace("name: hook", "name: team"), "team"],
  ["a matcher that can't be parsed", good.replace('severity="page"', "severity"), "a.yml:9"],
  ["a field that does not exist", good.replace("group_by", "group_buy"), "group_buy"],
])("%s is refused with its place", (_name, text, message) => {
  expect(() => readAlertmanagerFile(text, "a.yml")).toThrow(message);
  expect(() => readAlertmanagerFile(text, "a.yml")).toThrow("a.yml:");
});

const unserved: readonly (readonly [what: string, text: string, reason: string])[] = [
  [
    "an integration that is not there yet",
    good.replace("webhook_configs:\n      - url: http://127.0.0.1:1/secret-token", "discord_configs:\n      - webhook_url: http://x"),
    "a.yml:16:7: receivers[1].discord_configs: the receiver discord is not supported yet",
  ],
  [
    "threading",
    good.replace("- to:", "- threading: { enabled: true, thread_by_date: daily }\n        to:"),
    "receivers[0].email_configs[0].threading: threading is not supported yet",
  ],
  [
    "a payload",
    good.replace("- url:", "- payload: { a: b }\n        url:"),
    "receivers[1].webhook_configs[0].payload: a payload of its own is not supported yet",
  ],
  [
    "labels of a route",
    good.replace("      matchers:", "      labels: { a: b }\n      matchers:"),
    "route.routes[0].labels: labels of a route is not supported yet",
  ],
  [
    "a time interval that is used",
    good.replace("      matchers:", "      mute_time_intervals: [ x ]\n      matchers:") + "time_intervals: [ { name: x } ]\n",
    "route.routes[0].mute_time_intervals: muting by time intervals is not supported yet",
  ],
  ["tracing", `${good}tracing: { endpoint: x }\n`, "a.yml:17:10: tracing: tracing is not supported yet"],
];

test.each(unserved)("%s is right, but can't be run with", (_what, text, reason) => {
  const { unserved: found } = readAlertmanagerFile(text, "a.yml");
  expect(found).toHaveLength(1);
  expect(() => readServedAlertmanagerFile(text, "a.yml")).toThrow(reason);
});

test.each([
  ["an interval that no route uses", `${good}time_intervals: [ { name: x } ]\n`],
  ["a recorder of events, whose feature is off", `${good}event_recorder: { stdout_outputs: [ {} ] }\n`],
  ["threading that is off", good.replace("- to:", "- threading: { enabled: false }\n        to:")],
  ["a list without integrations", good.replace("  - name: hook\n", "  - name: hook\n    slack_configs: []\n")],
])("%s can be run with", (_what, text) => {
  expect(readServedAlertmanagerFile(text, "a.yml").config.receivers).toHaveLength(2);
});

test("mistakes of all sections are told at once, those between sections too", () => {
  const text = `global: { smtp_from: a@b, slack_api_url: http://x, slack_api_url_file: y }
route:
  receiver: team
  group_by: [ a, a ]
  continue: true
  routes:
    - { receiver: nobody, group_interval: 0s }
    - { receiver: broken, mute_time_intervals: [ never ] }
receivers:
  - { name: team, slack_configs: [ { timeout: x } ] }
  - { name: broken, telegram_configs: [ {} ], victorops_configs: [ { routing_key: x } ] }
time_intervals:
  - { name: night, time_intervals: [ { weekdays: [ someday ] } ] }
`;
  let message = "";
  try {
    readAlertmanagerFile(text, "a.yml");
  } catch (error) {
    ({ message } = error as Error);
  }
  expect(message.split("\n").map((line) => line.replace(/^a\.yml:\d+:\d+: /, ""))).toEqual([
    "global.slack_api_url_file: at most one of slack_api_url & slack_api_url_file must be configured",
    'route.group_by: duplicated label "a" in group_by',
    "route.continue: cannot have continue in root route",
    'route.routes[0].receiver: undefined receiver "nobody" used in route',
    "route.routes[0].group_interval: group_interval cannot be zero",
    'route.routes[1].mute_time_intervals: undefined time interval "never" used in route',
    expect.stringContaining("receivers[0].slack_configs[0].timeout: "),
    "receivers[1].telegram_configs[0].chat_id: missing chat_id or chat_id_file on telegram_config",
    "time_intervals[0].time_intervals[0].weekdays[0]: someday is not a valid weekday",
  ]);
});

test.each<[string, string, string]>([
  ["nothing", "", "a.yml:1:1: no route provided in config"],
  ["comments alone", "# a\n", "no route provided in config"],
  ["no route", "receivers: []\n", "a.yml:1:1: route: no routes provided"],
  ["a text", "BAD\n", "a.yml:1:1: cannot unmarshal"],
  ["a root that matches", good.replace("  group_by", "  match: { a: b }\n  group_by"), "root route must not have any matchers"],
  ["a root that goes on", good.replace("  group_by", "  continue: true\n  group_by"), "cannot have continue in root route"],
  [
    "a root that mutes",
    good.replace("  group_by", "  mute_time_intervals: [ x ]\n  group_by"),
    "root route must not have any mute time intervals",
  ],
  [
    "a root with active times",
    good.replace("  group_by", "  active_time_intervals: [ x ]\n  group_by"),
    "root route must not have any active time intervals",
  ],
  ["all labels and one", good.replace("[alertname]", "[ a, ... ]"), "cannot have wildcard group_by (`...`) and other labels"],
  ["a label twice", good.replace("[alertname]", "[ a, a ]"), 'duplicated label "a" in group_by'],
  ["a label without a name", good.replace("[alertname]", '[ "" ]'), 'invalid label name "" in group_by list'],
  [
    "an expression that is nothing",
    good.replace("      matchers: [", "      match_re: { a: }\n      matchers: ["),
    'invalid regexp value for "a"',
  ],
  ["an old name of a label", good.replace("      matchers: [", "      match: { a-b: c }\n      matchers: ["), 'invalid label name "a-b"'],
  ["an interval without a name", `${good}time_intervals: [ {} ]\n`, "missing name in time interval"],
  ["an old interval without a name", `${good}mute_time_intervals: [ {} ]\n`, "missing name in mute time interval"],
  [
    "two intervals of one name",
    `${good}mute_time_intervals: [ { name: x } ]\ntime_intervals: [ { name: x } ]\n`,
    'time_intervals[0].name: time interval "x" is not unique',
  ],
  ["a receiver without a name", good.replace("name: hook", "labels: {}"), "missing name in receiver"],
  [
    "a label that is not the name",
    good.replace("- name: hook", "- name: hook\n    labels: { name: x }"),
    'receiver label "name" must match receiver name "hook", got "x"',
  ],
  ["a label without a name in an inhibition", `${good}inhibit_rules: [ { equal: [ "" ] } ]\n`, 'invalid label name "" in equal list'],
  ["tracing to nowhere", `${good}tracing: {}\n`, "tracing endpoint must be set"],
  ["tracing by what there is not", `${good}tracing: { endpoint: x, client_type: x }\n`, "to be http or grpc, but got x"],
  ["a compression that there is not", `${good}tracing: { endpoint: x, compression: x }\n`, "invalid compression type x provided"],
])("%s is a mistake", (_what, text, message) => {
  expect(() => readAlertmanagerFile(text, "a.yml")).toThrow(message);
});

test.each<[string, string]>([
  ["file_outputs: [ {} ]", "event_recorder file output requires a path"],
  ["webhook_outputs: [ {} ]", "event_recorder webhook output requires a url"],
  ["webhook_outputs: [ { url: <secret> } ]", "event_recorder webhook output requires an absolute http(s) url"],
  ["webhook_outputs: [ { url: http://x, batch_max_events: 1 } ]", "event_recorder webhook batch settings require batch: true"],
  ["webhook_outputs: [ { url: http://x, batch: true, batch_max_bytes: -1 } ]", "event_recorder webhook batch settings cannot be negative"],
  ["kafka_outputs: [ { topic: x } ]", "event_recorder kafka: at least one broker is required"],
  ["kafka_outputs: [ { topic: x, brokers: [ '' ] } ]", "event_recorder kafka: broker entries must be non-empty"],
  ["kafka_outputs: [ { brokers: [ x ] } ]", "event_recorder kafka output requires a topic"],
  [
    "kafka_outputs: [ { topic: x, brokers: [ x ], acks: x } ]",
    'event_recorder kafka: unknown acks "x", must be "none", "leader", or "all"',
  ],
  ["kafka_outputs: [ { topic: x, brokers: [ x ], compression: x } ]", 'event_recorder kafka: unknown compression "x"'],
  ["kafka_outputs: [ { topic: x, brokers: [ x ], format: x } ]", 'event_recorder kafka: unknown format "x", must be "json" or "protobuf"'],
])("event_recorder: { %s } is a mistake", (section, message) => {
  expect(() => readAlertmanagerFile(`${good}event_recorder: { ${section} }\n`, "a.yml")).toThrow(message);
});

const EMAIL = "    email_configs:\n      - to: b@example.org\n";
const withEmail = (fields: string): string => good.replace(EMAIL, `${EMAIL}        ${fields}\n`);
const withGlobal = (fields: string): string => good.replace("global:\n", `global:\n  ${fields}\n`);
const withUrl = (fields: string): string => good.replace("- url: http://127.0.0.1:1/secret-token", `- ${fields}`);

test.each<[string, string, string]>([
  [
    "a receiver that does not exist",
    good.replace("receiver: hook", "receiver: nobody"),
    'a.yml:8:17: route.routes[0].receiver: undefined receiver "nobody" used in route',
  ],
  [
    "a time interval that does not exist",
    good.replace("      matchers:", "      mute_time_intervals: [ x ]\n      matchers:"),
    'a.yml:9:28: route.routes[0].mute_time_intervals: undefined time interval "x" used in route',
  ],
  [
    "two receivers of one name",
    good.replace("name: hook", "name: team"),
    'a.yml:14:11: receivers[1].name: notification config name "team" is not unique',
  ],
  [
    "no receiver at the root",
    good.replace("  receiver: team\n", ""),
    "a.yml:5:3: route.receiver: root route must specify a default receiver",
  ],
  [
    "no smarthost",
    good.replace("  smtp_smarthost: 127.0.0.1:25\n", ""),
    "a.yml:12:9: receivers[0].email_configs[0].smarthost: no global SMTP smarthost set",
  ],
  [
    "a smarthost without a port",
    withEmail("smarthost: mail"),
    "a.yml:14:20: receivers[0].email_configs[0].smarthost: address mail: missing port in address",
  ],
  [
    "a global smarthost without a port",
    good.replace("127.0.0.1:25", "127.0.0.1"),
    "a.yml:2:19: global.smtp_smarthost: address 127.0.0.1: missing port in address",
  ],
  ["an empty port", withEmail("smarthost: 'mail:'"), 'address "mail:": port cannot be empty'],
  ["too many colons", withEmail("smarthost: ::1:25"), "address ::1:25: too many colons in address"],
  ["a bracket that is not closed", withEmail("smarthost: '[::1:25'"), "address [::1:25: missing ']' in address"],
  [
    "a password and its file",
    withGlobal("smtp_auth_password: x\n  smtp_auth_password_file: y"),
    "a.yml:3:28: global.smtp_auth_password_file: at most one of smtp_auth_password & smtp_auth_password_file must be configured",
  ],
  [
    "a secret and its file",
    withGlobal("smtp_auth_secret: x\n  smtp_auth_secret_file: y"),
    "at most one of smtp_auth_secret & smtp_auth_secret_file must be configured",
  ],
  [
    "a token and its file",
    withGlobal("slack_app_token: x\n  slack_app_token_file: y"),
    "at most one of slack_app_token & slack_app_token_file must be configured",
  ],
  ["a header twice", withEmail("headers: { x-a: '1', X-A: '2' }"), 'headers: duplicate header "X-A" in email config'],
  [
    "an address of another scheme",
    withUrl("url: ftp://x/"),
    'a.yml:16:14: receivers[1].webhook_configs[0].url: unsupported scheme "ftp" for URL',
  ],
  ["an address without a host", withUrl("url: 'http:///x'"), "missing host for URL"],
  ["an address that is a broken template", withUrl("url: 'http://x/{{ nope }}'"), "invalid template syntax: "],
  ["no address", withUrl("max_alerts: 1"), "one of url or url_file must be configured"],
])("%s is refused with place and path", (_name, text, message) => {
  expect(() => readAlertmanagerFile(text, "a.yml")).toThrow(message);
});

test.each<[string, string]>([
  ["an address of IPv6", withEmail("smarthost: '[::1]:25'")],
  ["a named port", withEmail("smarthost: mail:smtp")],
  ["a password in the receiver beside its file, which counts", withEmail("auth_password: x\n        auth_password_file: y")],
  ["an address that is a template", withUrl("url: '{{ .CommonLabels.x | urlquery }}/y'")],
  ["an address as it was printed", withUrl("url: <secret>")],
])("%s is taken", (_name, text) => {
  expect(readAlertmanagerFile(text, "a.yml").config.receivers).toHaveLength(2);
});

test.each<[string, string]>([
  [withEmail("tls_config: { ca_file: /nowhere/ca.pem }"), "receivers[0].email_configs[0]: cannot read /nowhere/ca.pem: ENOENT"],
  [withEmail("smarthost: mail:nope"), 'receivers[0].email_configs[0]: there is no port "nope"'],
  [
    withUrl("url: http://x/\n        http_config: { tls_config: { ca_file: /nowhere/ca.pem } }"),
    "receivers[1].webhook_configs[0].http_config: ",
  ],
])("a file that can't be read is named with its section", (text, message) => {
  const { config } = readAlertmanagerFile(text, "a.yml");
  expect(() =>
    buildReceivers(
      config,
      loadTemplates([], () => 0),
      "",
    ),
  ).toThrow(message);
});
