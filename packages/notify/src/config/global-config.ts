import {
  booleanField,
  described,
  durationField,
  mappingField,
  optionalField,
  reveal,
  secretField,
  stringField,
  type ConfigOf,
  type Field,
  type Report,
} from "@ferula/config";
import { httpClientField } from "@ferula/http";
import { defaultEndpointField, endpointField, secretEndpointField } from "./endpoint-url.ts";
import { hostPortField } from "./host-port.ts";
import { atMostOne, isSet } from "./part-checks.ts";
import { cwdTlsField } from "./tls-config.ts";

/** The section `global`, in the order in which upstream prints it. Defaults are those of config/config.go `DefaultGlobalConfig`. */
const globalShape = {
  resolve_timeout: described(durationField(300_000), "When an alert that is not sent again has ended, if it doesn't say."),
  http_config: described(httpClientField, "How requests of receivers are sent."),
  jira_api_url: described(endpointField(), "The address of Jira."),
  smtp_from: described(stringField(), "Who mail is from."),
  smtp_hello: described(stringField("localhost"), "The name that we greet the mail server with."),
  smtp_smarthost: described(hostPortField(), "The mail server, host:port."),
  smtp_auth_username: described(stringField(), "The user for CRAM-MD5, LOGIN and PLAIN."),
  smtp_auth_password: described(secretField(), "The password for LOGIN and PLAIN."),
  smtp_auth_password_file: described(stringField(), "The file that holds the password."),
  smtp_auth_secret: described(secretField(), "The secret for CRAM-MD5."),
  smtp_auth_secret_file: described(stringField(), "The file that holds the secret."),
  smtp_auth_identity: described(stringField(), "Whom the user acts for with PLAIN."),
  smtp_require_tls: described(booleanField(true), "Whether mail is sent only after STARTTLS."),
  smtp_tls_config: described(cwdTlsField, "How the mail server is checked, and how we show ourselves."),
  smtp_force_implicit_tls: described(optionalField(booleanField(false)), "Whether TLS comes first; absent, it does on port 465."),
  slack_api_url: described(secretEndpointField(), "The address of Slack's webhook."),
  slack_api_url_file: described(stringField(), "The file that holds the address."),
  slack_app_token: described(secretField(), "The token of Slack's app, in place of a webhook."),
  slack_app_token_file: described(stringField(), "The file that holds the token."),
  slack_app_url: described(defaultEndpointField("https://slack.com/api/chat.postMessage"), "Where messages with a token are sent."),
  pagerduty_url: described(defaultEndpointField("https://events.pagerduty.com/v2/enqueue"), "The address of PagerDuty's events."),
  opsgenie_api_url: described(defaultEndpointField("https://api.opsgenie.com/"), "The address of Opsgenie's API."),
  opsgenie_api_key: described(secretField(), "The key for Opsgenie's API."),
  opsgenie_api_key_file: described(stringField(), "The file that holds the key."),
  wechat_api_url: described(defaultEndpointField("https://qyapi.weixin.qq.com/cgi-bin/"), "The address of WeChat Work's API."),
  wechat_api_secret: described(secretField(), "The secret for WeChat Work's API."),
  wechat_api_secret_file: described(stringField(), "The file that holds the secret."),
  wechat_api_corp_id: described(stringField(), "The ID of the company in WeChat Work."),
  victorops_api_url: described(
    defaultEndpointField("https://alert.victorops.com/integrations/generic/20131114/alert/"),
    "The address of VictorOps's API.",
  ),
  victorops_api_key: described(secretField(), "The key for VictorOps's API."),
  victorops_api_key_file: described(stringField(), "The file that holds the key."),
  telegram_api_url: described(defaultEndpointField("https://api.telegram.org"), "The address of Telegram's API."),
  telegram_bot_token: described(secretField(), "The token of Telegram's bot."),
  telegram_bot_token_file: described(stringField(), "The file that holds the token."),
  webex_api_url: described(defaultEndpointField("https://webexapis.com/v1/messages"), "The address of Webex's API."),
  rocketchat_api_url: described(defaultEndpointField("https://open.rocket.chat/"), "The address of Rocket.Chat."),
  rocketchat_token: described(secretField(), "The token for Rocket.Chat."),
  rocketchat_token_file: described(stringField(), "The file that holds the token."),
  rocketchat_token_id: described(secretField(), "The ID of the user whom the token belongs to."),
  rocketchat_token_id_file: described(stringField(), "The file that holds the ID."),
  mattermost_webhook_url: described(secretEndpointField(), "The address of Mattermost's webhook."),
  mattermost_webhook_url_file: described(stringField(), "The file that holds the address."),
} as const;

/** What receivers take where they say nothing of their own. */
export type GlobalSection = ConfigOf<typeof globalShape>;

/** The section `global`. */
export const globalField: Field<GlobalSection> = mappingField(globalShape, {
  checks: [
    atMostOne("slack_app_token", "slack_app_token_file"),
    atMostOne("slack_api_url", "slack_api_url_file"),
    atMostOne("opsgenie_api_key", "opsgenie_api_key_file"),
    atMostOne("victorops_api_key", "victorops_api_key_file"),
    atMostOne("telegram_bot_token", "telegram_bot_token_file"),
    atMostOne("smtp_auth_password", "smtp_auth_password_file"),
    atMostOne("rocketchat_token", "rocketchat_token_file"),
    atMostOne("rocketchat_token_id", "rocketchat_token_id_file"),
    atMostOne("smtp_auth_secret", "smtp_auth_secret_file"),
    atMostOne("wechat_api_secret", "wechat_api_secret_file"),
    atMostOne("mattermost_webhook_url", "mattermost_webhook_url_file"),
    { of: ["slack_app_token", "slack_app_token_file", "slack_api_url", "slack_api_url_file", "slack_app_url"], check: checkSlack },
  ],
});

/** A token and a webhook exclude each other, but for a webhook that is the address for tokens: so they were given before there was a field. */
function checkSlack(global: GlobalSection, report: Report): void {
  const hasToken = isSet(global.slack_app_token) || isSet(global.slack_app_token_file);
  const hasUrl = isSet(global.slack_api_url) || isSet(global.slack_api_url_file);
  if (!hasToken || !hasUrl) return;
  if (global.slack_api_url !== undefined && reveal(global.slack_api_url) === global.slack_app_url) return;
  report(
    isSet(global.slack_api_url) ? "slack_api_url" : "slack_api_url_file",
    "at most one of slack_app_token/slack_app_token_file & slack_api_url/slack_api_url_file must be configured",
  );
}
