import { expect, test } from "@jest/globals";
import { reveal } from "@ferula/config";
import { printAlertmanagerFile, readAlertmanagerFile, type AlertmanagerFile } from "../../../src/index.ts";

function fileWith(sections: string, global = "{}"): string {
  return `global: ${global}\nroute: { receiver: r }\nreceivers: [ { name: r, ${sections} } ]\n`;
}

function read(sections: string, global?: string): AlertmanagerFile["receivers"][number] {
  return readAlertmanagerFile(fileWith(sections, global), "a.yml").config.receivers[0];
}

const AUTHORIZATION = "http_config: { authorization: { credentials: x } }";
const ACTION = "api_url: http://x, actions:";

test.each<[section: string, message: string]>([
  ["discord_configs: [ {} ]", "webhook_url: one of webhook_url or webhook_url_file must be configured"],
  [
    "discord_configs: [ { webhook_url: http://x, webhook_url_file: y } ]",
    "at most one of webhook_url & webhook_url_file must be configured",
  ],
  ["discord_configs: [ { webhook_url: '' } ]", 'unsupported scheme "" for URL'],
  ["email_configs: [ {} ]", "missing to address in email config"],
  ["email_configs: [ { to: x } ]", "no global SMTP smarthost set"],
  ["email_configs: [ { to: x, smarthost: 'h:1' } ]", "no global SMTP from set"],
  ["email_configs: [ { to: x, threading: { enabled: true } } ]", "threading.thread_by_date must be either 'none' or 'daily'"],
  [
    "email_configs: [ { to: x, headers: { references: x }, threading: { enabled: true, thread_by_date: none } } ]",
    "threading.enabled conflicts with custom References header",
  ],
  [
    "email_configs: [ { to: x, headers: { in-reply-to: x }, threading: { enabled: true, thread_by_date: none } } ]",
    "threading.enabled conflicts with custom In-Reply-To header",
  ],
  ["incidentio_configs: [ {} ]", "url: one of url or url_file must be configured"],
  ["incidentio_configs: [ { url: http://x, url_file: y } ]", "at most one of url & url_file must be configured"],
  [
    "incidentio_configs: [ { url: http://x, alert_source_token: a, alert_source_token_file: b } ]",
    "at most one of alert_source_token & alert_source_token_file must be configured",
  ],
  [
    `incidentio_configs: [ { url: http://x, alert_source_token: a, ${AUTHORIZATION} } ]`,
    "cannot specify alert_source_token or alert_source_token_file when using http_config.authorization",
  ],
  [
    "incidentio_configs: [ { url: http://x, http_config: {} } ]",
    "at least one of alert_source_token, alert_source_token_file or http_config.authorization must be configured",
  ],
  ["jira_configs: [ { issue_type: x } ]", "missing project in jira_config"],
  ["jira_configs: [ { project: x } ]", "missing issue_type in jira_config"],
  ["jira_configs: [ { project: x, issue_type: x, api_type: x } ]", "unknown api_type on jira_config, must be auto, cloud or datacenter"],
  ["jira_configs: [ { project: x, issue_type: x } ]", "no global Jira Cloud URL set"],
  ["jira_configs: [ { project: x, issue_type: x, summary: { x: y } } ]", "summary.x: field x not found"],
  ["jira_configs: [ { project: x, issue_type: x, summary: [ y ] } ]", "summary: cannot unmarshal a list into a section"],
  ["mattermost_configs: [ {} ]", "missing webhook_url or webhook_url_file on mattermost_config"],
  ["mattermost_configs: [ { webhook_url: http://x, fields: [ { value: x } ] } ]", "missing title in Mattermost field configuration"],
  ["mattermost_configs: [ { webhook_url: http://x, fields: [ { title: x } ] } ]", "missing value in Mattermost field configuration"],
  ["msteams_configs: [ {} ]", "webhook_url: one of webhook_url or webhook_url_file must be configured"],
  ["msteamsv2_configs: [ {} ]", "webhook_url: one of webhook_url or webhook_url_file must be configured"],
  ["opsgenie_configs: [ {} ]", "no global OpsGenie API Key set either inline or in a file"],
  ["opsgenie_configs: [ { api_key: a, api_key_file: b } ]", "at most one of api_key & api_key_file must be configured"],
  [
    "opsgenie_configs: [ { api_key: a, responders: [ { type: User } ] } ]",
    "opsGenieConfig responder {   User} has to have at least one of id, username or name specified",
  ],
  [
    "opsgenie_configs: [ { api_key: a, responders: [ { name: n, type: X } ] } ]",
    "opsGenieConfig responder { n  x} type does not match valid options ^(team|teams|user|escalation|schedule)$",
  ],
  [
    "opsgenie_configs: [ { api_key: a, responders: [ { name: n, type: '{{ nope }}' } ] } ]",
    "opsGenieConfig responder { n  {{ nope }}} type contains invalid template syntax",
  ],
  ["pagerduty_configs: [ {} ]", "missing service or routing key in PagerDuty config"],
  ["pagerduty_configs: [ { routing_key: a, routing_key_file: b } ]", "at most one of routing_key & routing_key_file must be configured"],
  ["pagerduty_configs: [ { service_key: a, service_key_file: b } ]", "at most one of service_key & service_key_file must be configured"],
  ["pushover_configs: [ { token: a } ]", "one of user_key or user_key_file must be configured"],
  ["pushover_configs: [ { user_key: a } ]", "one of token or token_file must be configured"],
  ["pushover_configs: [ { user_key: a, user_key_file: b, token: c } ]", "at most one of user_key & user_key_file must be configured"],
  ["pushover_configs: [ { user_key: a, token: c, token_file: d } ]", "at most one of token & token_file must be configured"],
  ["pushover_configs: [ { user_key: a, token: c, html: true, monospace: true } ]", "at most one of monospace & html must be configured"],
  ["pushover_configs: [ { user_key: a, token: c, retry: 1d } ]", "pushover_configs[0].retry: "],
  ["rocketchat_configs: [ { token: x } ]", "no global Rocketchat TokenID set either inline or in a file"],
  ["rocketchat_configs: [ { token_id: x } ]", "no global Rocketchat Token set either inline or in a file"],
  ["rocketchat_configs: [ { token: a, token_file: b, token_id: c } ]", "at most one of token & token_file must be configured"],
  ["rocketchat_configs: [ { token: a, token_id: b, token_id_file: c } ]", "at most one of token_id & token_id_file must be configured"],
  ["slack_configs: [ {} ]", "no Slack API URL nor App token set either inline or in a file"],
  ["slack_configs: [ { api_url: http://x, api_url_file: y } ]", "at most one of api_url & api_url_file must be configured"],
  ["slack_configs: [ { app_token: x, app_token_file: y } ]", "at most one of app_token & app_token_file must be configured"],
  [
    "slack_configs: [ { api_url: http://x, app_token_file: y } ]",
    "at most one of api_url/api_url_file & app_token/app_token_file must be configured",
  ],
  ["slack_configs: [ { app_token: x, update_message: true } ]", "update_message can only be used with bot tokens."],
  [`slack_configs: [ { app_token: x, ${AUTHORIZATION} } ]`, "http authorization can't be set when using Slack App tokens"],
  [`slack_configs: [ { ${ACTION} [ { text: b, url: c } ] } ]`, "missing type in Slack action configuration"],
  [`slack_configs: [ { ${ACTION} [ { type: a, url: c } ] } ]`, "missing text in Slack action configuration"],
  [`slack_configs: [ { ${ACTION} [ { type: a, text: b } ] } ]`, "missing name or url in Slack action configuration"],
  [`slack_configs: [ { ${ACTION} [ { type: a, text: b, name: c, confirm: {} } ] } ]`, "missing text in Slack confirmation configuration"],
  ["slack_configs: [ { api_url: http://x, fields: [ { value: x } ] } ]", "missing title in Slack field configuration"],
  ["slack_configs: [ { api_url: http://x, fields: [ { title: x } ] } ]", "missing value in Slack field configuration"],
  ["sns_configs: [ {} ]", "must provide either a Target ARN, Topic ARN, or Phone Number for SNS config"],
  ["sns_configs: [ { topic_arn: x, target_arn: y } ]", "must provide either a Target ARN, Topic ARN, or Phone Number for SNS config"],
  ["sns_configs: [ { topic_arn: x, sigv4: { access_key: y } } ]", "must provide a AWS SigV4 Access key and Secret Key"],
  ["sns_configs: [ { topic_arn: x, sigv4: { external_id: y } } ]", "external_id can only be used with role_arn"],
  ["telegram_configs: [ { bot_token: x } ]", "missing chat_id or chat_id_file on telegram_config"],
  ["telegram_configs: [ { chat_id: 1 } ]", "missing bot_token or bot_token_file on telegram_config"],
  ["telegram_configs: [ { bot_token: x, chat_id: 0 } ]", "missing chat_id or chat_id_file on telegram_config"],
  ["telegram_configs: [ { bot_token: x, chat_id: 1, chat_id_file: y } ]", "at most one of chat_id & chat_id_file must be configured"],
  ["telegram_configs: [ { bot_token: x, bot_token_file: y, chat_id: 1 } ]", "at most one of bot_token & bot_token_file must be configured"],
  [
    "telegram_configs: [ { bot_token: x, chat_id: 1, parse_mode: html } ]",
    "unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string",
  ],
  ["victorops_configs: [ { api_key: x } ]", "missing Routing key in VictorOps config"],
  ["victorops_configs: [ { routing_key: x } ]", "no global VictorOps API Key set"],
  ["victorops_configs: [ { routing_key: x, api_key: y, api_key_file: z } ]", "at most one of api_key & api_key_file must be configured"],
  [
    "victorops_configs: [ { routing_key: x, api_key: y, custom_fields: { entity_state: z } } ]",
    "victorOps config contains custom field entity_state which cannot be used as it conflicts with the fixed/static fields",
  ],
  [`webex_configs: [ { ${AUTHORIZATION} } ]`, "missing room_id on webex_config"],
  ["webex_configs: [ { room_id: x } ]", "missing webex_configs.http_config.authorization"],
  ["webhook_configs: [ {} ]", "url: one of url or url_file must be configured"],
  ["webhook_configs: [ { url: http://x, url_file: y } ]", "at most one of url & url_file must be configured"],
  ["webhook_configs: [ { url: 'http://x/{{ .a | toUpper }}' } ]", "invalid template syntax"],
  ["wechat_configs: [ { corp_id: x } ]", "no global Wechat Api Secret set either inline or in a file"],
  ["wechat_configs: [ { api_secret: x } ]", "no global Wechat CorpID set"],
  ["wechat_configs: [ { api_secret: x, api_secret_file: y } ]", "at most one of api_secret & api_secret_file must be configured"],
  [
    "wechat_configs: [ { api_secret: x, corp_id: y, message_type: z } ]",
    'weChat message type "z" does not match valid options ^(text|markdown)$',
  ],
])("%s is a mistake", (section, message) => {
  expect(() => read(section)).toThrow(message);
});

test.each("discord email incidentio pagerduty webhook pushover victorops sns telegram webex msteams msteamsv2 jira mattermost".split(" "))(
  "nothing in the place of a section of %s is a mistake",
  (kind) => {
    expect(() => read(`${kind}_configs: [ null ]`)).toThrow(`a.yml:3:`);
    expect(() => read(`${kind}_configs: [ null ]`)).toThrow(`receivers[0].${kind}_configs[0]: missing ${kind} config`);
  },
);

test.each([
  ["slack", "no Slack API URL nor App token set either inline or in a file"],
  ["opsgenie", "no global OpsGenie API Key set either inline or in a file"],
  ["wechat", "no global Wechat Api Secret set either inline or in a file"],
  ["rocketchat", "no global Rocketchat TokenID set either inline or in a file"],
])("nothing in the place of a section of %s is a section that says nothing", (kind, message) => {
  expect(() => read(`${kind}_configs: [ null ]`)).toThrow(message);
});

test.each([
  ["sns_configs: [ { topic_arn: x, target_arn: y, phone_number: z } ]", "all three addresses, as upstream counts them"],
  ["telegram_configs: [ { bot_token: x, chat_id: -1001234567890, parse_mode: '' } ]", "a group's number and plain text"],
  ["webhook_configs: [ { url: 'x-{{ .GroupLabels.a }}' } ]", "a template that is no URL yet"],
  ["discord_configs: [ { webhook_url: <secret> } ]", "a secret as it was printed"],
  [
    "opsgenie_configs: [ { api_key: a, responders: [ { name: n, type: TEAMS }, { id: i, type: '{{ .CommonLabels.a }}' } ] } ]",
    "responders",
  ],
  ["slack_configs: [ { api_url: https://slack.com/api/chat.postMessage, update_message: true } ]", "a message that is changed later"],
  ["email_configs: [ { to: x, from: y, smarthost: 'h:1' } ]", "an e-mail that needs nothing of global"],
])("%s is taken: %s", (section) => {
  expect(read(section).name).toBe("r");
});

test("a receiver's http_config takes the place of the global one as a whole", () => {
  const global = "{ http_config: { follow_redirects: false, proxy_url: 'http://p' } }";
  const { webhook_configs: hooks, msteamsv2_configs: teams } = read(
    "webhook_configs: [ { url_file: x }, { url_file: x, http_config: {} } ], msteamsv2_configs: [ { webhook_url_file: x, http_config: {} } ]",
    global,
  );
  expect(hooks.map(({ http_config: http }) => [http?.follow_redirects, http?.proxy_url === undefined])).toEqual([
    [false, false],
    [true, true],
  ]);
  // It alone takes the proxy.
  expect(teams.map(({ http_config: http }) => [http?.follow_redirects, http?.proxy_url === undefined])).toEqual([[true, false]]);
});

test("an e-mail takes from global what it doesn't say itself", () => {
  const global =
    "{ smtp_from: g, smtp_smarthost: 'g:1', smtp_hello: gh, smtp_auth_username: gu, smtp_auth_password_file: gp, smtp_auth_secret_file: gs, smtp_require_tls: false, smtp_force_implicit_tls: true }";
  const [own, inherited] = read(
    "email_configs: [ { to: x, from: f, hello: h, auth_password: p, auth_secret: s, require_tls: true }, { to: y } ]",
    global,
  ).email_configs;
  expect(own).toMatchObject({
    from: "f",
    hello: "h",
    smarthost: "g:1",
    auth_username: "gu",
    auth_password_file: "",
    // Secret and file are taken one by one, as upstream does; the file counts.
    auth_secret_file: "gs",
    require_tls: true,
    force_implicit_tls: true,
  });
  expect(inherited).toMatchObject({ from: "g", hello: "gh", auth_password_file: "gp", auth_secret_file: "gs", require_tls: false });
});

test.each([
  ["api_url: http://x/path", "http://x/path/"],
  ["api_url: 'http://x/path/?a=b/c'", "http://x/path/?a=b/c"],
  ["api_url: http://x", "http://x/"],
  ["source: x", "https://api.opsgenie.com/"],
])("OpsGenie with %s is sent to %s", (field, url) => {
  expect(read(`opsgenie_configs: [ { api_key: x, ${field} } ]`).opsgenie_configs[0].api_url).toBe(url);
});

test.each([
  { why: "a token of its own", section: "{ app_token: t }", global: "{}", token: "t", file: "" },
  { why: "the global token", section: "{}", global: "{ slack_app_token_file: f }", token: undefined, file: "f" },
])("Slack with $why posts with it to the address for tokens", ({ section, global, token, file }) => {
  const [slack] = read(`slack_configs: [ ${section} ]`, global).slack_configs;
  const { credentials, credentials_file: credentialsFile } = slack.http_config?.authorization ?? {};
  expect(credentials === undefined ? undefined : reveal(credentials)).toBe(token);
  expect(credentialsFile).toBe(file);
  expect(slack.api_url === undefined ? undefined : reveal(slack.api_url)).toBe("https://slack.com/api/chat.postMessage");
});

test.each([
  ["a webhook of its own", "{ api_url: 'http://own' }", "http://own"],
  ["an authorization of its own", `{ api_url: 'http://own', ${AUTHORIZATION} }`, "http://own"],
])("Slack with %s leaves the global token alone", (_why, section, url) => {
  const [slack] = read(`slack_configs: [ ${section} ]`, "{ slack_app_token: t }").slack_configs;
  expect(slack.app_token).toBeUndefined();
  expect(slack.api_url === undefined ? undefined : reveal(slack.api_url)).toBe(url);
});

test("an action of Slack with a URL is a link and no more", () => {
  const [slack] = read(
    `slack_configs: [ { ${ACTION} [ { type: a, text: b, url: c, name: d, value: e, confirm: { text: f } } ] } ]`,
  ).slack_configs;
  expect(slack.actions).toEqual([{ type: "a", text: "b", url: "c", style: "", name: "", value: "", confirm: undefined }]);
});

test("PagerDuty's details are the default ones and the user's over them; its source is its client", () => {
  const [pagerduty] = read("pagerduty_configs: [ { routing_key: x, client: c, details: { firing: f, own: [ 1 ] } } ]").pagerduty_configs;
  expect(pagerduty.source).toBe("c");
  expect([...pagerduty.details.keys()]).toEqual(["firing", "resolved", "num_firing", "num_resolved", "own"]);
  expect(pagerduty.details.get("firing")).toBe("f");
});

test.each([
  ["x", { template: "x", enable_update: undefined }],
  ["{ enable_update: false }", { template: '{{ template "jira.default.summary" . }}', enable_update: false }],
])("Jira's summary %s", (summary, wanted) => {
  const [jira] = read(`jira_configs: [ { api_url: http://x, project: x, issue_type: x, summary: ${summary} } ]`).jira_configs;
  expect(jira.summary).toEqual(wanted);
});

test("a file is printed with what is inherited, in upstream's order, and without secrets", () => {
  const text = fileWith("labels: { a: b }, telegram_configs: [ { chat_id: 1 } ]", "{ telegram_bot_token: hidden }");
  const printed = printAlertmanagerFile(readAlertmanagerFile(text, "a.yml").config);
  expect(printed).toContain(`receivers:
- name: r
  labels:
    a: b
    name: r
  telegram_configs:
  - send_resolved: true
    http_config:
      follow_redirects: true
      enable_http2: true
    api_url: https://api.telegram.org
    bot_token: <secret>
    chat_id: 1
    message: '{{ template "telegram.default.message" . }}'
    parse_mode: HTML
templates: []
`);
  expect(printed).not.toContain("hidden");
});
