import {
  booleanField,
  integerField,
  mappingField,
  omitEmpty,
  optionalField,
  secretField,
  stringField,
  type ConfigOf,
} from "@ferula/config";
import { httpClientField } from "@ferula/http";
import { endpointField } from "../endpoint-url.ts";
import { atMostOne, isSet, oneOf } from "../part-checks.ts";
import { inheritHttp, templateField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: booleanField(true),
  http_config: optionalField(httpClientField),
  api_url: endpointField(),
  bot_token: secretField(),
  bot_token_file: stringField(),
  chat_id: omitEmpty(integerField(0)),
  chat_id_file: stringField(),
  message_thread_id: omitEmpty(integerField(0)),
  message: templateField("telegram.default.message"),
  disable_notifications: omitEmpty(booleanField(false)),
  parse_mode: stringField("HTML"),
} as const;

const PARSE_MODES: ReadonlySet<string> = new Set(["", "Markdown", "MarkdownV2", "HTML"]);

/** `telegram_configs` (notify/telegram/config.go). */
export const telegram: Integration<ConfigOf<typeof shape>> = {
  kind: "telegram",
  field: mappingField(shape, {
    checks: [
      atMostOne("bot_token", "bot_token_file"),
      oneOf("chat_id", "chat_id_file", "missing chat_id or chat_id_file on telegram_config"),
      atMostOne("chat_id", "chat_id_file"),
      {
        of: ["parse_mode"],
        check({ parse_mode: mode }, report) {
          if (!PARSE_MODES.has(mode))
            report("parse_mode", "unknown parse_mode on telegram_config, must be Markdown, MarkdownV2, HTML or empty string");
        },
      },
    ],
  }),
  inherit(section, global, report) {
    const filled = { ...inheritHttp(section, global), api_url: section.api_url ?? global.telegram_api_url };
    if (isSet(section.bot_token) || isSet(section.bot_token_file)) return filled;
    const { telegram_bot_token: token, telegram_bot_token_file: file } = global;
    if (!isSet(token) && !isSet(file)) report("bot_token", "missing bot_token or bot_token_file on telegram_config");
    return { ...filled, bot_token: token, bot_token_file: file };
  },
};
