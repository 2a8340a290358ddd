import {
  booleanField,
  goDurationField,
  listField,
  mappedField,
  mappingField,
  optionalField,
  reveal,
  secretField,
  secret,
  stringField,
  type ConfigOf,
  type Field,
  type Report,
} from "@ferula/config";
import { httpClientField } from "@ferula/http";
import type { GlobalSection } from "../global-config.ts";
import { endpointField, secretEndpointField } from "../endpoint-url.ts";
import { atMostOne, isSet, needed, oneOf } from "../part-checks.ts";
import { templateField, type Integration } from "./integration.ts";

const confirmField = mappingField(
  { text: stringField(), title: stringField(), ok_text: stringField(), dismiss_text: stringField() },
  { checks: [needed("text", "missing text in Slack confirmation configuration")] },
);

const actionShape = {
  type: stringField(),
  text: stringField(),
  url: stringField(),
  style: stringField(),
  name: stringField(),
  value: stringField(),
  confirm: optionalField(confirmField),
} as const;

/** An action is a link or a message to an app: with a URL, what would be for the app is left out. */
const actionField: Field<ConfigOf<typeof actionShape>> = mappedField(
  mappingField(actionShape, {
    checks: [
      needed("type", "missing type in Slack action configuration"),
      needed("text", "missing text in Slack action configuration"),
      oneOf("url", "name", "missing name or url in Slack action configuration"),
    ],
  }),
  (action) => (action.url === "" ? action : { ...action, name: "", value: "", confirm: undefined }),
  (action) => action,
);

const fieldField = mappingField(
  { title: stringField(), value: stringField(), short: optionalField(booleanField(false)) },
  {
    checks: [needed("title", "missing title in Slack field configuration"), needed("value", "missing value in Slack field configuration")],
  },
);

const shape = {
  send_resolved: booleanField(false),
  http_config: optionalField(httpClientField),
  api_url: secretEndpointField(),
  api_url_file: stringField(),
  app_token: secretField(),
  app_token_file: stringField(),
  app_url: endpointField(),
  channel: stringField(),
  username: templateField("slack.default.username"),
  color: templateField("slack.default.color"),
  title: templateField("slack.default.title"),
  title_link: templateField("slack.default.titlelink"),
  pretext: templateField("slack.default.pretext"),
  text: templateField("slack.default.text"),
  message_text: stringField(),
  fields: listField(fieldField),
  short_fields: booleanField(false),
  footer: templateField("slack.default.footer"),
  fallback: templateField("slack.default.fallback"),
  callback_id: templateField("slack.default.callbackid"),
  icon_emoji: templateField("slack.default.iconemoji"),
  icon_url: templateField("slack.default.iconurl"),
  image_url: stringField(),
  thumb_url: stringField(),
  link_names: booleanField(false),
  mrkdwn_in: listField(stringField()),
  actions: listField(actionField),
  update_message: booleanField(false),
  timeout: goDurationField(0),
} as const;

type Section = ConfigOf<typeof shape>;

/** The only address by which a message can be changed later. */
const POST_MESSAGE = "https://slack.com/api/chat.postMessage";

/** `slack_configs` (config/notifiers.go `SlackConfig`). */
export const slack: Integration<Section> = {
  kind: "slack",
  field: mappingField(shape, {
    checks: [
      atMostOne("api_url", "api_url_file"),
      atMostOne("app_token", "app_token_file"),
      {
        of: ["api_url", "api_url_file", "app_token", "app_token_file"],
        check(section, report) {
          if (hasUrl(section) && hasToken(section))
            report("app_token", "at most one of api_url/api_url_file & app_token/app_token_file must be configured");
        },
      },
      {
        of: ["update_message", "api_url"],
        check({ update_message: updates, api_url: url }, report) {
          if (updates && (url === undefined || reveal(url) !== POST_MESSAGE))
            report("update_message", `update_message can only be used with bot tokens. api_url must be set to ${POST_MESSAGE}`);
        },
      },
    ],
  }),
  inherit: (section, global, report) => inheritToken(inheritAddress(section, global), global, report),
};

function hasUrl(section: Section): boolean {
  return isSet(section.api_url) || isSet(section.api_url_file);
}

function hasToken(section: Section): boolean {
  return isSet(section.app_token) || isSet(section.app_token_file);
}

/** The global token is not for a receiver that has an authorization or a webhook of its own. */
function inheritAddress(section: Section, global: GlobalSection): Section {
  const takesToken = !hasToken(section) && section.http_config?.authorization === undefined && !isSet(section.api_url);
  return {
    ...section,
    app_url: section.app_url ?? global.slack_app_url,
    ...(takesToken ? { app_token: global.slack_app_token, app_token_file: global.slack_app_token_file } : {}),
    ...(hasUrl(section) ? {} : { api_url: global.slack_api_url, api_url_file: global.slack_api_url_file }),
  };
}

/** A token is an authorization, and sends to the address for tokens. */
function inheritToken(section: Section, global: GlobalSection, report: Report): Section {
  if (!hasUrl(section) && !hasToken(section)) report("api_url", "no Slack API URL nor App token set either inline or in a file");
  const http = section.http_config ?? global.http_config;
  if (!hasToken(section)) return { ...section, http_config: http };
  if (http.authorization !== undefined) report("http_config", "http authorization can't be set when using Slack App tokens");
  const authorization = {
    type: "Bearer",
    credentials: section.app_token,
    credentials_file: section.app_token_file,
    credentials_ref: "",
  };
  return { ...section, http_config: { ...http, authorization }, api_url: secret(section.app_url ?? global.slack_app_url) };
}
