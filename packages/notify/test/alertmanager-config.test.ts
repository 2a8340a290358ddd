import { expect, test } from "@jest/globals";
import { printAlertmanagerFile, readAlertmanagerFile } from "../src/index.ts";

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
])("%s is refused with its place", (_name, text, message) => {
  expect(() => readAlertmanagerFile(text, "a.yml")).toThrow(message);
  expect(() => readAlertmanagerFile(text, "a.yml")).toThrow("a.yml:");
});
