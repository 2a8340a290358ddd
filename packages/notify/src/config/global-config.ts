import {
  booleanField,
  durationField,
  mappingField,
  optionalField,
  secretField,
  stringField,
  reveal,
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
  resolve_timeout: durationField(300_000),
  http_config: httpClientField,
  jira_api_url: endpointField(),
  smtp_from: stringField(),
  smtp_hello: stringField("localhost"),
  smtp_smarthost: hostPortField(),
  smtp_auth_username: stringField(),
  smtp_auth_password: secretField(),
  smtp_auth_password_file: stringField(),
  smtp_auth_secret: secretField(),
  smtp_auth_secret_file: stringField(),
  smtp_auth_identity: stringField(),
  smtp_require_tls: booleanField(true),
  smtp_tls_config: cwdTlsField,
  smtp_force_implicit_tls: optionalField(booleanField(false)),
  slack_api_url: secretEndpointField(),
  slack_api_url_file: stringField(),
  slack_app_token: secretField(),
  slack_app_token_file: stringField(),
  slack_app_url: defaultEndpointField("https://slack.com/api/chat.postMessage"),
  pagerduty_url: defaultEndpointField("https://events.pagerduty.com/v2/enqueue"),
  opsgenie_api_url: defaultEndpointField("https://api.opsgenie.com/"),
  opsgenie_api_key: secretField(),
  opsgenie_api_key_file: stringField(),
  wechat_api_url: defaultEndpointField("https://qyapi.weixin.qq.com/cgi-bin/"),
  wechat_api_secret: secretField(),
  wechat_api_secret_file: stringField(),
  wechat_api_corp_id: stringField(),
  victorops_api_url: defaultEndpointField("https://alert.victorops.com/integrations/generic/20131114/alert/"),
  victorops_api_key: secretField(),
  victorops_api_key_file: stringField(),
  telegram_api_url: defaultEndpointField("https://api.telegram.org"),
  telegram_bot_token: secretField(),
  telegram_bot_token_file: stringField(),
  webex_api_url: defaultEndpointField("https://webexapis.com/v1/messages"),
  rocketchat_api_url: defaultEndpointField("https://open.rocket.chat/"),
  rocketchat_token: secretField(),
  rocketchat_token_file: stringField(),
  rocketchat_token_id: secretField(),
  rocketchat_token_id_file: stringField(),
  mattermost_webhook_url: secretEndpointField(),
  mattermost_webhook_url_file: stringField(),
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
