import {
  booleanField,
  described,
  keepEmpty,
  listField,
  mappingField,
  optionalField,
  secretField,
  stringField,
  type ConfigOf,
} from "@ferula/config";
import { endpointField } from "../endpoint-url.ts";
import { atMostOne, isSet } from "../part-checks.ts";
import { httpConfigField, inheritHttp, sendResolvedField, templateField, type Integration } from "./integration.ts";

const shownText = keepEmpty(stringField(), "");

const fieldShape = {
  short: described(optionalField(booleanField(false)), "Whether another field may stand beside it; absent, as `short_fields` says."),
  title: described(shownText, "The heading of the field."),
  value: described(shownText, "The text of the field."),
} as const;

/** Upstream gives these keys no names for YAML: they are the Go names in lower case. */
const actionShape = {
  type: described(shownText, "The kind of action, such as `button`."),
  text: described(shownText, "The text on the button."),
  url: described(shownText, "Where the button leads."),
  imageurl: described(shownText, "The picture on the button."),
  iswebview: described(booleanField(false), "Whether the address opens inside Rocket.Chat."),
  webviewheightratio: described(shownText, "How high the view inside is: `compact`, `tall` or `full`."),
  msg: described(shownText, "What the button sends."),
  msginchatwindow: described(booleanField(false), "Whether that is sent in the channel."),
  msgprocessingtype: described(shownText, "What becomes of that: `sendMessage` or `respondWithMessage`."),
} as const;

const shape = {
  send_resolved: sendResolvedField(false),
  http_config: httpConfigField,
  api_url: described(endpointField(), "The address of Rocket.Chat."),
  token_id: described(secretField(), "The ID of the user whom the token belongs to."),
  token_id_file: described(stringField(), "The file that holds the ID."),
  token: described(secretField(), "The token of the user who sends."),
  token_file: described(stringField(), "The file that holds the token."),
  channel: described(stringField(), "The channel or person that the message goes to."),
  color: described(stringField('{{ if eq .Status "firing" }}red{{ else }}green{{ end }}'), "The colour beside the message."),
  title: described(templateField("rocketchat.default.title"), "The title of the attachment."),
  title_link: described(templateField("rocketchat.default.titlelink"), "Where the title leads."),
  text: described(templateField("rocketchat.default.text"), "The text of the attachment."),
  fields: described(listField(mappingField(fieldShape)), "Small texts in a table below the text."),
  short_fields: described(booleanField(false), "Whether fields may stand side by side."),
  emoji: described(templateField("rocketchat.default.emoji"), "The emoji that the message is shown with."),
  icon_url: described(templateField("rocketchat.default.iconurl"), "The picture that the message is shown with."),
  image_url: described(stringField(), "A picture inside the attachment."),
  thumb_url: described(stringField(), "A small picture beside the text."),
  link_names: described(booleanField(false), "Whether names of channels and people become links."),
  actions: described(listField(mappingField(actionShape)), "Buttons below the attachment."),
} as const;

/** `rocketchat_configs` (config/notifiers.go `RocketchatConfig`). */
export const rocketchat: Integration<ConfigOf<typeof shape>> = {
  kind: "rocketchat",
  description: "Messages in Rocket.Chat.",
  field: mappingField(shape, { checks: [atMostOne("token", "token_file"), atMostOne("token_id", "token_id_file")] }),
  inherit(section, global, report) {
    const filled = {
      ...inheritHttp(section, global),
      api_url: section.api_url ?? global.rocketchat_api_url,
      token_id: section.token_id ?? global.rocketchat_token_id,
      token_id_file: section.token_id_file || global.rocketchat_token_id_file,
      token: section.token ?? global.rocketchat_token,
      token_file: section.token_file || global.rocketchat_token_file,
    };
    if (!isSet(filled.token_id) && !isSet(filled.token_id_file))
      report("token_id", "no global Rocketchat TokenID set either inline or in a file");
    if (!isSet(filled.token) && !isSet(filled.token_file)) report("token", "no global Rocketchat Token set either inline or in a file");
    return filled;
  },
};
