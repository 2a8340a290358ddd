import { expect, test } from "@jest/globals";
import { readAlertmanagerFile } from "../../src/index.ts";

function readGlobal(section: string): unknown {
  return readAlertmanagerFile(`global: { ${section} }\nroute: { receiver: r }\nreceivers: [ { name: r } ]\n`, "/etc/am/a.yml").config
    .global;
}

test.each([
  "mattermost_webhook_url",
  "opsgenie_api_key",
  "rocketchat_token",
  "rocketchat_token_id",
  "slack_api_url",
  "slack_app_token",
  "smtp_auth_password",
  "smtp_auth_secret",
  "telegram_bot_token",
  "victorops_api_key",
  "wechat_api_secret",
])("%s and its file exclude each other", (key) => {
  const section = `${key}: http://x, ${key}_file: y`;
  expect(() => readGlobal(section)).toThrow(`global.${key}_file: at most one of ${key} & ${key}_file must be configured`);
});

test.each<[section: string, isTaken: boolean]>([
  ["slack_app_token: t, slack_api_url: http://x", false],
  ["slack_app_token_file: t, slack_api_url_file: u", false],
  ["slack_app_token: t, slack_api_url: https://slack.com/api/chat.postMessage", true],
  ["slack_app_token: t, slack_app_url: http://x, slack_api_url: http://x", true],
])("a token and a webhook of Slack: %s", (section, isTaken) => {
  const reading = (): unknown => readGlobal(section);
  if (isTaken) expect(reading).not.toThrow();
  else expect(reading).toThrow("at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file must be configured");
});

test.each(["pagerduty_url: ftp://x", "opsgenie_api_url: ''", "jira_api_url: x", "slack_api_url: 'http:///x'", "smtp_smarthost: x"])(
  "%s is a mistake",
  (section) => {
    expect(() => readGlobal(section)).toThrow(`global.${section.split(":")[0]}: `);
  },
);

test("files of http_config are seen from the file's folder, those of SMTP from the working folder", () => {
  expect(
    readGlobal("http_config: { tls_config: { ca_file: ca.pem } }, smtp_tls_config: { ca_file: ca.pem }, smtp_auth_password_file: p"),
  ).toMatchObject({
    http_config: { tls_config: { ca_file: "/etc/am/ca.pem" } },
    smtp_tls_config: { ca_file: "ca.pem" },
    smtp_auth_password_file: "p",
  });
});
