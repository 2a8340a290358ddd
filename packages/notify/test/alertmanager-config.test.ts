import { expect, test } from "@jest/globals";
import { buildReceivers, loadTemplates, printAlertmanagerFile, readAlertmanagerFile } from "../src/index.ts";

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
  const config = readAlertmanagerFile(good, "a.yml");
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
  ["an integration that is not there yet", good.replace("webhook_configs", "slack_configs"), "slack"],
  ["threading", good.replace("- to:", "- threading: { enabled: true }\n        to:"), "threading: threading is not supported yet"],
  [
    "labels of a route",
    good.replace("      matchers:", "      labels: { a: b }\n      matchers:"),
    "route.routes[0].labels: labels of a route",
  ],
])("%s is refused with its place", (_name, text, message) => {
  expect(() => readAlertmanagerFile(text, "a.yml")).toThrow(message);
  expect(() => readAlertmanagerFile(text, "a.yml")).toThrow("a.yml:");
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
  expect(readAlertmanagerFile(text, "a.yml").receivers).toHaveLength(2);
});

test.each<[string, string]>([
  [withEmail("tls_config: { ca_file: /nowhere/ca.pem }"), "receivers[0].email_configs[0]: cannot read /nowhere/ca.pem: ENOENT"],
  [withEmail("smarthost: mail:nope"), 'receivers[0].email_configs[0]: there is no port "nope"'],
  [
    withUrl("url: http://x/\n        http_config: { tls_config: { ca_file: /nowhere/ca.pem } }"),
    "receivers[1].webhook_configs[0].http_config: ",
  ],
])("a file that can't be read is named with its section", (text, message) => {
  const config = readAlertmanagerFile(text, "a.yml");
  expect(() =>
    buildReceivers(
      config,
      loadTemplates([], () => 0),
      "",
    ),
  ).toThrow(message);
});
