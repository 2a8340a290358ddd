import { booleanField, keepEmpty, listField, mappingField, optionalField, secretField, stringField, type ConfigOf } from "@ferula/config";
import { httpClientField } from "@ferula/http";
import { endpointField } from "../endpoint-url.ts";
import { atMostOne, isSet } from "../part-checks.ts";
import { inheritHttp, templateField, type Integration } from "./integration.ts";

const shownText = keepEmpty(stringField(), "");

const fieldShape = { short: optionalField(booleanField(false)), title: shownText, value: shownText } as const;

/** Upstream gives these keys no names for YAML: they are the Go names in lower case. */
const actionShape = {
  type: shownText,
  text: shownText,
  url: shownText,
  imageurl: shownText,
  iswebview: booleanField(false),
  webviewheightratio: shownText,
  msg: shownText,
  msginchatwindow: booleanField(false),
  msgprocessingtype: shownText,
} as const;

const shape = {
  send_resolved: booleanField(false),
  http_config: optionalField(httpClientField),
  api_url: endpointField(),
  token_id: secretField(),
  token_id_file: stringField(),
  token: secretField(),
  token_file: stringField(),
  channel: stringField(),
  color: stringField('{{ if eq .Status "firing" }}red{{ else }}green{{ end }}'),
  title: templateField("rocketchat.default.title"),
  title_link: templateField("rocketchat.default.titlelink"),
  text: templateField("rocketchat.default.text"),
  fields: listField(mappingField(fieldShape)),
  short_fields: booleanField(false),
  emoji: templateField("rocketchat.default.emoji"),
  icon_url: templateField("rocketchat.default.iconurl"),
  image_url: stringField(),
  thumb_url: stringField(),
  link_names: booleanField(false),
  actions: listField(mappingField(actionShape)),
} as const;

/** `rocketchat_configs` (config/notifiers.go `RocketchatConfig`). */
export const rocketchat: Integration<ConfigOf<typeof shape>> = {
  kind: "rocketchat",
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
