import {
  booleanField,
  described,
  goDurationField,
  listField,
  mappedField,
  mappingField,
  optionalField,
  reveal,
  secret,
  secretField,
  stringField,
  type ConfigOf,
  type Field,
  type Report,
} from "@ferula/config";
import type { GlobalSection } from "../global-config.ts";
import { endpointField, secretEndpointField } from "../endpoint-url.ts";
import { atMostOne, isSet, needed, oneOf } from "../part-checks.ts";
import { httpConfigField, sendResolvedField, templateField, type Integration } from "./integration.ts";

const confirmField = mappingField(
  {
    text: described(stringField(), "The question."),
    title: described(stringField(), "The title of the question."),
    ok_text: described(stringField(), "The text of the button for yes."),
    dismiss_text: described(stringField(), "The text of the button for no."),
  },
  { checks: [needed("text", "missing text in Slack confirmation configuration")] },
);

const actionShape = {
  type: described(stringField(), "The kind of action, such as `button`."),
  text: described(stringField(), "The text on the button."),
  url: described(stringField(), "Where the button leads."),
  style: described(stringField(), "How the button looks: `primary` or `danger`."),
  name: described(stringField(), "The name that the app knows the action by."),
  value: described(stringField(), "What the app is told."),
  confirm: described(optionalField(confirmField), "What is asked before."),
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
  {
    title: described(stringField(), "The heading of the field."),
    value: described(stringField(), "The text of the field."),
    short: described(optionalField(booleanField(false)), "Whether another field may stand beside it; absent, as `short_fields` says."),
  },
  {
    checks: [needed("title", "missing title in Slack field configuration"), needed("value", "missing value in Slack field configuration")],
  },
);

const shape = {
  send_resolved: sendResolvedField(false),
  http_config: httpConfigField,
  api_url: described(secretEndpointField(), "The address of the webhook, or of the API for a token."),
  api_url_file: described(stringField(), "The file that holds the address."),
  app_token: described(secretField(), "The token of the app, in place of a webhook."),
  app_token_file: described(stringField(), "The file that holds the token."),
  app_url: described(endpointField(), "Where messages with a token are sent."),
  channel: described(stringField(), "The channel or person that the message goes to."),
  username: described(templateField("slack.default.username"), "The name that the message is shown with."),
  color: described(templateField("slack.default.color"), "The colour beside the message: `good`, `warning`, `danger` or #RRGGBB."),
  title: described(templateField("slack.default.title"), "The title of the attachment."),
  title_link: described(templateField("slack.default.titlelink"), "Where the title leads."),
  pretext: described(templateField("slack.default.pretext"), "The text above the attachment."),
  text: described(templateField("slack.default.text"), "The text of the attachment."),
  message_text: described(stringField(), "The text of the message itself."),
  fields: described(listField(fieldField), "Small texts in a table below the text."),
  short_fields: described(booleanField(false), "Whether fields may stand side by side."),
  footer: described(templateField("slack.default.footer"), "The text below the attachment."),
  fallback: described(templateField("slack.default.fallback"), "The text where attachments can't be shown."),
  callback_id: described(templateField("slack.default.callbackid"), "The ID that the app is told with an action."),
  icon_emoji: described(templateField("slack.default.iconemoji"), "The emoji that the message is shown with."),
  icon_url: described(templateField("slack.default.iconurl"), "The picture that the message is shown with."),
  image_url: described(stringField(), "A picture inside the attachment."),
  thumb_url: described(stringField(), "A small picture beside the text."),
  link_names: described(booleanField(false), "Whether names of channels and people become links."),
  mrkdwn_in: described(listField(stringField()), "The parts in which Slack's markup counts: `pretext`, `text`, `fields`."),
  actions: described(listField(actionField), "Buttons below the attachment."),
  update_message: described(booleanField(false), "Whether the first message is changed instead of further ones sent."),
  timeout: described(goDurationField(0), "How long a request may take; 0 is until the next notification is due."),
} as const;

type Section = ConfigOf<typeof shape>;

/** The only address by which a message can be changed later. */
const POST_MESSAGE = "https://slack.com/api/chat.postMessage";

/** `slack_configs` (config/notifiers.go `SlackConfig`). */
export const slack: Integration<Section> = {
  kind: "slack",
  description: "Messages in Slack.",
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
