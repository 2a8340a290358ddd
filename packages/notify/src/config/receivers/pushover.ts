import {
  booleanField,
  goDurationField,
  mappingField,
  omitEmpty,
  optionalField,
  secretField,
  stringField,
  type ConfigOf,
} from "@ferula/config";
import { httpClientField } from "@ferula/http";
import { atMostOne, oneOf } from "../part-checks.ts";
import { inheritHttp, templateField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: booleanField(true),
  http_config: optionalField(httpClientField),
  user_key: secretField(),
  user_key_file: stringField(),
  token: secretField(),
  token_file: stringField(),
  title: templateField("pushover.default.title"),
  message: templateField("pushover.default.message"),
  url: templateField("pushover.default.url"),
  url_title: stringField(),
  device: stringField(),
  sound: stringField(),
  priority: stringField('{{ if eq .Status "firing" }}2{{ else }}0{{ end }}'),
  retry: omitEmpty(goDurationField(60_000)),
  expire: omitEmpty(goDurationField(3_600_000)),
  ttl: omitEmpty(goDurationField(0)),
  html: omitEmpty(booleanField(false)),
  monospace: omitEmpty(booleanField(false)),
} as const;

/** `pushover_configs` (config/notifiers.go `PushoverConfig`). */
export const pushover: Integration<ConfigOf<typeof shape>> = {
  kind: "pushover",
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
