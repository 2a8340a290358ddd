import { booleanField, mappingField, optionalField, stringField, type ConfigOf } from "@ferula/config";
import { httpClientField } from "@ferula/http";
import { secretEndpointField } from "../endpoint-url.ts";
import { atMostOne, oneOf } from "../part-checks.ts";
import { templateField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: booleanField(true),
  http_config: optionalField(httpClientField),
  webhook_url: secretEndpointField(),
  webhook_url_file: stringField(),
  title: templateField("msteamsv2.default.title"),
  text: templateField("msteamsv2.default.text"),
} as const;

/** `msteamsv2_configs` (notify/msteamsv2/config.go). */
export const msteamsv2: Integration<ConfigOf<typeof shape>> = {
  kind: "msteamsv2",
  field: mappingField(shape, {
    checks: [oneOf("webhook_url", "webhook_url_file"), atMostOne("webhook_url", "webhook_url_file")],
  }),
  // Alone among the receivers, it takes the global proxy into an `http_config` of its own (config.go `UnmarshalYAML`).
  inherit({ http_config: own, ...section }, { http_config: global }) {
    return { ...section, http_config: own === undefined ? global : { ...own, proxy_url: own.proxy_url ?? global.proxy_url } };
  },
};
