import { described, mappedField, mappingField, secretField, stringField, type ConfigOf, type Field } from "@ferula/config";
import { goQuote } from "@ferula/durations";
import { endpointField, withTrailingSlash } from "../endpoint-url.ts";
import { atMostOne, isSet } from "../part-checks.ts";
import { httpConfigField, inheritHttp, sendResolvedField, templateField, type Integration } from "./integration.ts";

const MESSAGE_TYPES = /^(text|markdown)$/;

/** Empty is the default too. */
const messageTypeField: Field<string> = mappedField(
  stringField("text"),
  (given, report) => {
    const type = given || "text";
    if (!MESSAGE_TYPES.test(type)) report("", `weChat message type ${goQuote(type)} does not match valid options ${MESSAGE_TYPES.source}`);
    return type;
  },
  (type) => type,
);

const shape = {
  send_resolved: sendResolvedField(false),
  http_config: httpConfigField,
  api_secret: described(secretField(), "The secret for the API."),
  api_secret_file: described(stringField(), "The file that holds the secret."),
  corp_id: described(stringField(), "The ID of the company."),
  message: described(templateField("wechat.default.message"), "The text of the message."),
  api_url: described(endpointField(), "The address of the API."),
  to_user: described(templateField("wechat.default.to_user"), "IDs of people, with `|` between; `@all` is everyone."),
  to_party: described(templateField("wechat.default.to_party"), "IDs of departments, with `|` between."),
  to_tag: described(templateField("wechat.default.to_tag"), "IDs of tags, with `|` between."),
  agent_id: described(templateField("wechat.default.agent_id"), "The ID of the app that sends."),
  message_type: described(messageTypeField, "How the text is written: `text` or `markdown`."),
} as const;

/** `wechat_configs` (config/notifiers.go `WechatConfig`). */
export const wechat: Integration<ConfigOf<typeof shape>> = {
  kind: "wechat",
  description: "Messages in WeChat Work.",
  field: mappingField(shape, { checks: [atMostOne("api_secret", "api_secret_file")] }),
  inherit(section, global, report) {
    const hasSecret = isSet(section.api_secret) || isSet(section.api_secret_file);
    const filled = {
      ...inheritHttp(section, global),
      api_url: withTrailingSlash(section.api_url ?? global.wechat_api_url),
      api_secret: hasSecret ? section.api_secret : global.wechat_api_secret,
      api_secret_file: hasSecret ? section.api_secret_file : global.wechat_api_secret_file,
      corp_id: section.corp_id || global.wechat_api_corp_id,
    };
    if (!isSet(filled.api_secret) && !isSet(filled.api_secret_file))
      report("api_secret", "no global Wechat Api Secret set either inline or in a file");
    if (filled.corp_id === "") report("corp_id", "no global Wechat CorpID set");
    return filled;
  },
};
