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
  title: templateField("msteams.default.title"),
  summary: templateField("msteams.default.summary"),
  text: templateField("msteams.default.text"),
} as const;

/** `msteams_configs` (notify/msteams/config.go). */
export const msteams: Integration<ConfigOf<typeof shape>> = {
  kind: "msteams",
  field: mappingField(shape, {
    checks: [oneOf("webhook_url", "webhook_url_file"), atMostOne("webhook_url", "webhook_url_file")],
  }),
  inherit: inheritHttp,
};
