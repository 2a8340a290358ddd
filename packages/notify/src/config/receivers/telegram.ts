import { booleanField, described, integerField, mappingField, omitEmpty, secretField, stringField, type ConfigOf } from "@ferula/config";
import { endpointField } from "../endpoint-url.ts";
import { atMostOne, isSet, oneOf } from "../part-checks.ts";
import { httpConfigField, inheritHttp, sendResolvedField, templateField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: sendResolvedField(true),
  http_config: httpConfigField,
  api_url: described(endpointField(), "The address of the API."),
  bot_token: described(secretField(), "The token of the bot."),
  bot_token_file: described(stringField(), "The file that holds the token."),
  chat_id: described(omitEmpty(integerField(0)), "The ID of the chat."),
  chat_id_file: described(stringField(), "The file that holds the chat's ID."),
  message_thread_id: described(omitEmpty(integerField(0)), "The ID of a topic in the chat."),
  message: described(templateField("telegram.default.message"), "The text of the message."),
  disable_notifications: described(omitEmpty(booleanField(false)), "Whether messages come without a sound."),
  parse_mode: described(stringField("HTML"), "How the text is written: `HTML`, `MarkdownV2`, `Markdown` or plain if empty."),
} as const;

const PARSE_MODES: ReadonlySet<string> = new Set(["", "Markdown", "MarkdownV2", "HTML"]);

/** `telegram_configs` (notify/telegram/config.go). */
export const telegram: Integration<ConfigOf<typeof shape>> = {
  kind: "telegram",
  description: "Messages to a chat, by a bot of Telegram.",
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
