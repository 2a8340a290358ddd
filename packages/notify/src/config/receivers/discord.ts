import { booleanField, mappingField, optionalField, stringField, type ConfigOf } from "@ferula/config";
import { httpClientField } from "@ferula/http";
import { secretEndpointField } from "../endpoint-url.ts";
import { atMostOne, oneOf } from "../part-checks.ts";
import { inheritHttp, templateField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: booleanField(true),
  http_config: optionalField(httpClientField),
  webhook_url: secretEndpointField(),
  webhook_url_file: stringField(),
  content: stringField(),
  title: templateField("discord.default.title"),
  message: templateField("discord.default.message"),
  username: stringField(),
  avatar_url: stringField(),
} as const;

/** `discord_configs` (notify/discord/config.go). */
export const discord: Integration<ConfigOf<typeof shape>> = {
  kind: "discord",
  field: mappingField(shape, {
    checks: [oneOf("webhook_url", "webhook_url_file"), atMostOne("webhook_url", "webhook_url_file")],
  }),
  inherit: inheritHttp,
};
