import { booleanField, described, goDurationField, mappingField, omitEmpty, secretField, stringField, type ConfigOf } from "@ferula/config";
import { atMostOne, oneOf } from "../part-checks.ts";
import { httpConfigField, inheritHttp, sendResolvedField, templateField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: sendResolvedField(true),
  http_config: httpConfigField,
  user_key: described(secretField(), "The key of the user or group."),
  user_key_file: described(stringField(), "The file that holds the key."),
  token: described(secretField(), "The token of the application."),
  token_file: described(stringField(), "The file that holds the token."),
  title: described(templateField("pushover.default.title"), "The title of the message."),
  message: described(templateField("pushover.default.message"), "The text of the message."),
  url: described(templateField("pushover.default.url"), "An address below the message."),
  url_title: described(stringField(), "The text for the address."),
  device: described(stringField(), "The device that gets it; empty is all of them."),
  sound: described(stringField(), "The sound that is played; empty is the user's own."),
  priority: described(stringField('{{ if eq .Status "firing" }}2{{ else }}0{{ end }}'), "How urgent it is, from -2 to 2."),
  retry: described(omitEmpty(goDurationField(60_000)), "How often it is sent again with priority 2, at least 30 seconds."),
  expire: described(omitEmpty(goDurationField(3_600_000)), "How long it is sent again with priority 2."),
  ttl: described(omitEmpty(goDurationField(0)), "When the message vanishes from devices; 0 is never."),
  html: described(omitEmpty(booleanField(false)), "Whether the text is HTML."),
  monospace: described(omitEmpty(booleanField(false)), "Whether all letters are of one width."),
} as const;

/** `pushover_configs` (config/notifiers.go `PushoverConfig`). */
export const pushover: Integration<ConfigOf<typeof shape>> = {
  kind: "pushover",
  description: "Messages to devices, by Pushover.",
  field: mappingField(shape, {
    checks: [
      oneOf("user_key", "user_key_file"),
      atMostOne("user_key", "user_key_file"),
      oneOf("token", "token_file"),
      atMostOne("token", "token_file"),
      {
        of: ["html", "monospace"],
        check({ html, monospace }, report) {
          if (html && monospace) report("monospace", "at most one of monospace & html must be configured");
        },
      },
    ],
  }),
  inherit: inheritHttp,
};
