import {
  booleanField,
  durationField,
  formatConfigErrors,
  listField,
  mappingField,
  optionalField,
  pathField,
  printField,
  readField,
  requiredField,
  secretField,
  stringField,
  withCheck,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { httpClientField, tlsClientShape } from "@ferula/http";
import { hostPortField } from "./host-port.ts";
import { receiverField, reportAtEmail, reportAtReceiver } from "./receiver-config.ts";
import { inhibitRuleField, reportAtRoute, routeField, walkRouteSections, type RouteSection } from "./route-config.ts";
import { unsupported } from "./unsupported.ts";

const globalShape = {
  resolve_timeout: durationField(300_000),
  http_config: optionalField(httpClientField),
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
  smtp_tls_config: optionalField(mappingField(tlsClientShape)),
  smtp_force_implicit_tls: optionalField(booleanField(false)),
  // Defaults for receivers that are not in yet; they harm nobody.
  slack_api_url: secretField(),
  slack_api_url_file: stringField(),
  slack_app_token: secretField(),
  slack_app_token_file: stringField(),
  slack_app_url: stringField("https://slack.com/api/chat.postMessage"),
  pagerduty_url: stringField("https://events.pagerduty.com/v2/enqueue"),
  opsgenie_api_url: stringField("https://api.opsgenie.com/"),
  opsgenie_api_key: secretField(),
  opsgenie_api_key_file: stringField(),
  wechat_api_url: stringField("https://qyapi.weixin.qq.com/cgi-bin/"),
  wechat_api_secret: secretField(),
  wechat_api_secret_file: stringField(),
  wechat_api_corp_id: stringField(),
  victorops_api_url: stringField("https://alert.victorops.com/integrations/generic/20131114/alert/"),
  victorops_api_key: secretField(),
  victorops_api_key_file: stringField(),
  telegram_api_url: stringField("https://api.telegram.org"),
  telegram_bot_token: secretField(),
  telegram_bot_token_file: stringField(),
  webex_api_url: stringField("https://webexapis.com/v1/messages"),
  rocketchat_api_url: stringField("https://open.rocket.chat/"),
  rocketchat_token: secretField(),
  rocketchat_token_file: stringField(),
  rocketchat_token_id: secretField(),
  rocketchat_token_id_file: stringField(),
  mattermost_webhook_url: secretField(),
  mattermost_webhook_url_file: stringField(),
  jira_api_url: stringField(),
} as const;

export type GlobalSection = ConfigOf<typeof globalShape>;

/** What may be given in the configuration or in a file of its own, but not in both. */
const EXCLUSIVE = [
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
] as const;

const globalField: Field<GlobalSection> = withCheck(mappingField(globalShape), (global, report) => {
  for (const key of EXCLUSIVE) {
    const fileKey = `${key}_file` as const;
    if ((global[key] ?? "") !== "" && global[fileKey] !== "") report(fileKey, `at most one of ${key} & ${fileKey} must be configured`);
  }
});

const configShape = {
  global: globalField,
  templates: listField(pathField()),
  route: requiredField(routeField, "no route provided in config"),
  inhibit_rules: listField(inhibitRuleField),
  receivers: listField(receiverField),
  mute_time_intervals: unsupported("a time interval"),
  time_intervals: unsupported("a time interval"),
  tracing: unsupported("tracing"),
  event_recorder: unsupported("recording events"),
} as const;

/** The file alertmanager.yml. */
export type AlertmanagerFile = ConfigOf<typeof configShape>;

const fileField: Field<AlertmanagerFile> = withCheck(mappingField(configShape), (config) => {
  checkReceivers(config);
  checkRoot(config.route);
  const names = new Set(config.receivers.map(({ name }) => name));
  for (const route of walkRouteSections(config.route)) checkRouteNames(route, names);
});

function checkReceivers({ receivers, global }: AlertmanagerFile): void {
  const seen = new Set<string>();
  for (const receiver of receivers) {
    const { name, email_configs: emails } = receiver;
    if (seen.has(name)) reportAtReceiver(receiver)("name", `notification config name "${name}" is not unique`);
    seen.add(name);
    for (const email of emails) {
      if (email.smarthost === "" && global.smtp_smarthost === "") reportAtEmail(email)("smarthost", "no global SMTP smarthost set");
      if (email.from === "" && global.smtp_from === "") reportAtEmail(email)("from", "no global SMTP from set");
    }
  }
}

function checkRoot(route: RouteSection): void {
  const report = reportAtRoute(route);
  if (route.receiver === "") report("receiver", "root route must specify a default receiver");
  if (route.matchers.length + route.match.length + route.match_re.length > 0) report("", "root route must not have any matchers");
  if (route.continue) report("continue", "cannot have continue in root route");
  if (route.mute_time_intervals.length > 0) report("mute_time_intervals", "root route must not have any mute time intervals");
  if (route.active_time_intervals.length > 0) report("active_time_intervals", "root route must not have any active time intervals");
}

function checkRouteNames(route: RouteSection, receivers: ReadonlySet<string>): void {
  const report = reportAtRoute(route);
  if (route.receiver !== "" && !receivers.has(route.receiver)) report("receiver", `undefined receiver "${route.receiver}" used in route`);
  for (const key of ["mute_time_intervals", "active_time_intervals"] as const)
    for (const name of route[key]) report(key, `undefined time interval "${name}" used in route`);
}

/** Reads alertmanager.yml. Throws with every mistake, each with its place. */
export function readAlertmanagerFile(text: string, file: string): AlertmanagerFile {
  if (text.trim() === "") throw new Error(`${file}:1:1: no route provided in config`);
  const result = readField(fileField, text, file);
  if (!result.ok) throw new Error(formatConfigErrors(result.errors));
  return result.value;
}

/** The file with its defaults and with secrets masked, as the API shows it. */
export function printAlertmanagerFile(config: AlertmanagerFile): string {
  return printField(fileField, config);
}
