import {
  anyField,
  booleanField,
  goDurationField,
  integerField,
  keepEmpty,
  mappingField,
  optionalField,
  stringField,
  unservedField,
  type ConfigOf,
} from "@ferula/config";
import { httpClientField } from "@ferula/http";
import { atMostOne, oneOf } from "../part-checks.ts";
import { templateUrlField } from "../template-url.ts";
import { inheritHttp, type Integration } from "./integration.ts";

const shape = {
  send_resolved: booleanField(true),
  http_config: optionalField(httpClientField),
  url: templateUrlField(),
  url_file: keepEmpty(stringField(), ""),
  max_alerts: integerField(0, { min: 0 }),
  timeout: goDurationField(0),
  payload: unservedField(anyField(), "a payload of its own"),
} as const;

/** An entry of `webhook_configs`. */
export type WebhookSection = ConfigOf<typeof shape>;

/** `webhook_configs` (notify/webhook/config.go). */
export const webhook: Integration<WebhookSection> = {
  kind: "webhook",
  field: mappingField(shape, { checks: [oneOf("url", "url_file"), atMostOne("url", "url_file")] }),
  inherit: inheritHttp,
};
