import { described, mappingField, stringField, type ConfigOf } from "@ferula/config";
import { secretEndpointField } from "../endpoint-url.ts";
import { atMostOne, oneOf } from "../part-checks.ts";
import { httpConfigField, inheritHttp, sendResolvedField, templateField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: sendResolvedField(true),
  http_config: httpConfigField,
  webhook_url: described(secretEndpointField(), "The address of the webhook."),
  webhook_url_file: described(stringField(), "The file that holds the address."),
  content: described(stringField(), "The text above the embedded message."),
  title: described(templateField("discord.default.title"), "The title of the embedded message."),
  message: described(templateField("discord.default.message"), "The text of the embedded message."),
  username: described(stringField(), "The name that the message is shown with; empty is the webhook's."),
  avatar_url: described(stringField(), "The picture that the message is shown with; empty is the webhook's."),
} as const;

/** `discord_configs` (notify/discord/config.go). */
export const discord: Integration<ConfigOf<typeof shape>> = {
  kind: "discord",
  description: "Messages to a channel of Discord, by a webhook.",
  field: mappingField(shape, {
    checks: [oneOf("webhook_url", "webhook_url_file"), atMostOne("webhook_url", "webhook_url_file")],
  }),
  inherit: inheritHttp,
};
