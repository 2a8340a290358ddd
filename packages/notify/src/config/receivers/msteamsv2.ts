import { described, mappingField, stringField, type ConfigOf } from "@ferula/config";
import { secretEndpointField } from "../endpoint-url.ts";
import { atMostOne, oneOf } from "../part-checks.ts";
import { httpConfigField, sendResolvedField, templateField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: sendResolvedField(true),
  http_config: httpConfigField,
  webhook_url: described(secretEndpointField(), "The address of the workflow."),
  webhook_url_file: described(stringField(), "The file that holds the address."),
  title: described(templateField("msteamsv2.default.title"), "The title of the card."),
  text: described(templateField("msteamsv2.default.text"), "The text of the card."),
} as const;

/** `msteamsv2_configs` (notify/msteamsv2/config.go). */
export const msteamsv2: Integration<ConfigOf<typeof shape>> = {
  kind: "msteamsv2",
  description: "Messages in Microsoft Teams, by a workflow.",
  field: mappingField(shape, {
    checks: [oneOf("webhook_url", "webhook_url_file"), atMostOne("webhook_url", "webhook_url_file")],
  }),
  // Alone among the receivers, it takes the global proxy into an `http_config` of its own (config.go `UnmarshalYAML`).
  inherit({ http_config: own, ...section }, { http_config: global }) {
    return { ...section, http_config: own === undefined ? global : { ...own, proxy_url: own.proxy_url ?? global.proxy_url } };
  },
};
