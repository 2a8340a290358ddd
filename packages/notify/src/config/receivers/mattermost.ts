import { booleanField, described, listField, mappingField, omitEmpty, optionalField, stringField, type ConfigOf } from "@ferula/config";
import { secretEndpointField } from "../endpoint-url.ts";
import { atMostOne, isSet, needed } from "../part-checks.ts";
import { httpConfigField, inheritHttp, sendResolvedField, templateField, type Integration } from "./integration.ts";

const fieldField = mappingField(
  {
    title: described(stringField(), "The heading of the field."),
    value: described(stringField(), "The text of the field."),
    short: described(optionalField(booleanField(false)), "Whether another field may stand beside it."),
  },
  {
    checks: [
      needed("title", "missing title in Mattermost field configuration"),
      needed("value", "missing value in Mattermost field configuration"),
    ],
  },
);

/** What an attachment and a receiver have alike: without attachments, a receiver's own fields make one. */
const partShape = {
  author_name: described(stringField(), "Who has written it."),
  author_link: described(stringField(), "Where the author's name leads."),
  author_icon: described(stringField(), "A picture beside the author's name."),
  title: described(stringField(), "The title of the attachment."),
  title_link: described(stringField(), "Where the title leads."),
  fields: described(listField(fieldField), "Small texts in a table below the text."),
  thumb_url: described(stringField(), "A small picture beside the text."),
  footer: described(stringField(), "The text below the attachment."),
  footer_icon: described(stringField(), "A picture beside the footer."),
  image_url: described(stringField(), "A picture inside the attachment."),
} as const;

const attachmentShape = {
  fallback: described(stringField(), "The text where attachments can't be shown."),
  color: described(stringField(), "The colour beside the attachment."),
  pretext: described(stringField(), "The text above the attachment."),
  text: described(stringField(), "The text of the attachment."),
  ...partShape,
} as const;

const propsField = mappingField({ card: described(stringField(), "The text that is shown beside the channel.") });

const priorityField = mappingField({
  priority: described(stringField(), "The word for it: `urgent`, `important` or `standard`."),
  requested_ack: described(omitEmpty(booleanField(false)), "Whether readers are asked to confirm."),
  persistent_notifications: described(omitEmpty(booleanField(false)), "Whether readers are told again until they confirm."),
});

const shape = {
  send_resolved: sendResolvedField(true),
  http_config: httpConfigField,
  webhook_url: described(secretEndpointField(), "The address of the webhook."),
  webhook_url_file: described(stringField(), "The file that holds the address."),
  channel: described(stringField(), "The channel or person that the message goes to."),
  username: described(templateField("mattermost.default.username"), "The name that the message is shown with."),
  text: described(templateField("mattermost.default.text"), "The text of the post."),
  fallback: described(templateField("mattermost.default.fallback"), "The text where attachments can't be shown."),
  color: described(templateField("mattermost.default.color"), "The colour beside the attachment."),
  pretext: described(stringField(), "The text above the attachment."),
  ...partShape,
  title: described(templateField("mattermost.default.title"), "The title of the attachment."),
  title_link: described(templateField("mattermost.default.titlelink"), "Where the title leads."),
  icon_url: described(stringField(), "The picture that the post is shown with."),
  icon_emoji: described(stringField(), "The emoji that the post is shown with."),
  attachments: described(listField(mappingField(attachmentShape)), "Attachments in place of the one that the other fields make."),
  type: described(stringField(), "The type of the post, for plugins."),
  props: described(optionalField(propsField), "Further properties of the post."),
  priority: described(optionalField(priorityField), "How urgent the post is."),
} as const;

/** `mattermost_configs` (notify/mattermost/config.go). */
export const mattermost: Integration<ConfigOf<typeof shape>> = {
  kind: "mattermost",
  description: "Posts in Mattermost, by a webhook.",
  field: mappingField(shape, { checks: [atMostOne("webhook_url", "webhook_url_file")] }),
  inherit(section, global, report) {
    const filled = inheritHttp(section, global);
    if (isSet(section.webhook_url) || isSet(section.webhook_url_file)) return filled;
    const { mattermost_webhook_url: url, mattermost_webhook_url_file: file } = global;
    if (!isSet(url) && !isSet(file)) report("webhook_url", "missing webhook_url or webhook_url_file on mattermost_config");
    return { ...filled, webhook_url: url, webhook_url_file: file };
  },
};
