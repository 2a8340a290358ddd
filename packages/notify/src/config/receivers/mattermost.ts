import { booleanField, listField, mappingField, omitEmpty, optionalField, stringField, type ConfigOf } from "@ferula/config";
import { httpClientField } from "@ferula/http";
import { secretEndpointField } from "../endpoint-url.ts";
import { atMostOne, isSet, needed } from "../part-checks.ts";
import { inheritHttp, templateField, type Integration } from "./integration.ts";

const fieldField = mappingField(
  { title: stringField(), value: stringField(), short: optionalField(booleanField(false)) },
  {
    checks: [
      needed("title", "missing title in Mattermost field configuration"),
      needed("value", "missing value in Mattermost field configuration"),
    ],
  },
);

/** What an attachment and a receiver have alike: without attachments, a receiver's own fields make one. */
const partShape = {
  author_name: stringField(),
  author_link: stringField(),
  author_icon: stringField(),
  title: stringField(),
  title_link: stringField(),
  fields: listField(fieldField),
  thumb_url: stringField(),
  footer: stringField(),
  footer_icon: stringField(),
  image_url: stringField(),
} as const;

const attachmentShape = {
  fallback: stringField(),
  color: stringField(),
  pretext: stringField(),
  text: stringField(),
  ...partShape,
} as const;

const shape = {
  send_resolved: booleanField(true),
  http_config: optionalField(httpClientField),
  webhook_url: secretEndpointField(),
  webhook_url_file: stringField(),
  channel: stringField(),
  username: templateField("mattermost.default.username"),
  text: templateField("mattermost.default.text"),
  fallback: templateField("mattermost.default.fallback"),
  color: templateField("mattermost.default.color"),
  pretext: stringField(),
  ...partShape,
  title: templateField("mattermost.default.title"),
  title_link: templateField("mattermost.default.titlelink"),
  icon_url: stringField(),
  icon_emoji: stringField(),
  attachments: listField(mappingField(attachmentShape)),
  type: stringField(),
  props: optionalField(mappingField({ card: stringField() })),
  priority: optionalField(
    mappingField({
      priority: stringField(),
      requested_ack: omitEmpty(booleanField(false)),
      persistent_notifications: omitEmpty(booleanField(false)),
    }),
  ),
} as const;

/** `mattermost_configs` (notify/mattermost/config.go). */
export const mattermost: Integration<ConfigOf<typeof shape>> = {
  kind: "mattermost",
  field: mappingField(shape, { checks: [atMostOne("webhook_url", "webhook_url_file")] }),
  inherit(section, global, report) {
    const filled = inheritHttp(section, global);
    if (isSet(section.webhook_url) || isSet(section.webhook_url_file)) return filled;
    const { mattermost_webhook_url: url, mattermost_webhook_url_file: file } = global;
    if (!isSet(url) && !isSet(file)) report("webhook_url", "missing webhook_url or webhook_url_file on mattermost_config");
    return { ...filled, webhook_url: url, webhook_url_file: file };
  },
};
