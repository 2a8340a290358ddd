import { described, mappingField, stringField, type ConfigOf } from "@ferula/config";
import { secretEndpointField } from "../endpoint-url.ts";
import { atMostOne, oneOf } from "../part-checks.ts";
import { httpConfigField, inheritHttp, sendResolvedField, templateField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: sendResolvedField(true),
  http_config: httpConfigField,
  webhook_url: described(secretEndpointField(), "The address of the connector."),
  webhook_url_file: described(stringField(), "The file that holds the address."),
  title: described(templateField("msteams.default.title"), "The title of the card."),
  summary: described(templateField("msteams.default.summary"), "The text where the card can't be shown."),
  text: described(templateField("msteams.default.text"), "The text of the card."),
} as const;

/** `msteams_configs` (notify/msteams/config.go). */
export const msteams: Integration<ConfigOf<typeof shape>> = {
  kind: "msteams",
  description: "Messages in Microsoft Teams, by a connector.",
  field: mappingField(shape, {
    checks: [oneOf("webhook_url", "webhook_url_file"), atMostOne("webhook_url", "webhook_url_file")],
  }),
  inherit: inheritHttp,
};
