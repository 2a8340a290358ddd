import {
  booleanField,
  mappedField,
  mappingField,
  optionalField,
  secretField,
  stringField,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { goQuote } from "@ferula/durations";
import { httpClientField } from "@ferula/http";
import { endpointField, withTrailingSlash } from "../endpoint-url.ts";
import { atMostOne, isSet } from "../part-checks.ts";
import { inheritHttp, templateField, type Integration } from "./integration.ts";

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
  send_resolved: booleanField(false),
  http_config: optionalField(httpClientField),
  api_secret: secretField(),
  api_secret_file: stringField(),
  corp_id: stringField(),
  message: templateField("wechat.default.message"),
  api_url: endpointField(),
  to_user: templateField("wechat.default.to_user"),
  to_party: templateField("wechat.default.to_party"),
  to_tag: templateField("wechat.default.to_tag"),
  agent_id: templateField("wechat.default.agent_id"),
  message_type: messageTypeField,
} as const;

/** `wechat_configs` (config/notifiers.go `WechatConfig`). */
export const wechat: Integration<ConfigOf<typeof shape>> = {
  kind: "wechat",
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
