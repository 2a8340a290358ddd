import {
  anyField,
  described,
  goDurationField,
  integerField,
  keepEmpty,
  mappingField,
  stringField,
  unservedField,
  type ConfigOf,
} from "@ferula/config";
import { atMostOne, oneOf } from "../part-checks.ts";
import { templateUrlField } from "../template-url.ts";
import { httpConfigField, inheritHttp, sendResolvedField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: sendResolvedField(true),
  http_config: httpConfigField,
  url: described(templateUrlField(), "The address that alerts are posted to."),
  url_file: described(keepEmpty(stringField(), ""), "The file that holds the address."),
  max_alerts: described(integerField(0, { min: 0 }), "How many alerts a request tells of; 0 is all."),
  timeout: described(goDurationField(0), "How long a request may take; 0 is until the next notification is due."),
  payload: described(unservedField(anyField(), "a payload of its own"), "A body of one's own: YAML whose texts are templates."),
} as const;

/** An entry of `webhook_configs`. */
export type WebhookSection = ConfigOf<typeof shape>;

/** `webhook_configs` (notify/webhook/config.go). */
export const webhook: Integration<WebhookSection> = {
  kind: "webhook",
  description: "JSON to any address, by POST.",
  field: mappingField(shape, { checks: [oneOf("url", "url_file"), atMostOne("url", "url_file")] }),
  inherit: inheritHttp,
};
