import { described, keepEmpty, mapField, mappingField, secretField, stringField, type ConfigOf } from "@ferula/config";
import { endpointField, withTrailingSlash } from "../endpoint-url.ts";
import { atMostOne, isSet, needed } from "../part-checks.ts";
import { httpConfigField, inheritHttp, sendResolvedField, templateField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: sendResolvedField(true),
  http_config: httpConfigField,
  api_key: described(secretField(), "The key for the API."),
  api_key_file: described(stringField(), "The file that holds the key."),
  api_url: described(endpointField(), "The address of the API."),
  routing_key: described(stringField(), "The key that tells the team."),
  message_type: described(keepEmpty(stringField("CRITICAL"), ""), "What an alert is while it fires, such as `CRITICAL`."),
  state_message: described(keepEmpty(templateField("victorops.default.state_message"), ""), "What is known of the alert."),
  entity_display_name: described(keepEmpty(templateField("victorops.default.entity_display_name"), ""), "A short text on the alert."),
  monitoring_tool: described(keepEmpty(templateField("victorops.default.monitoring_tool"), ""), "The name of what reports it."),
  custom_fields: described(mapField(stringField()), "Further keys and values about the alert."),
} as const;

/** What every message holds anyway. */
const RESERVED_FIELDS = [
  "routing_key",
  "message_type",
  "state_message",
  "entity_display_name",
  "monitoring_tool",
  "entity_id",
  "entity_state",
] as const;

/** `victorops_configs` (config/notifiers.go `VictorOpsConfig`). */
export const victorops: Integration<ConfigOf<typeof shape>> = {
  kind: "victorops",
  description: "Incidents in VictorOps (Splunk On-Call).",
  field: mappingField(shape, {
    checks: [
      needed("routing_key", "missing Routing key in VictorOps config"),
      atMostOne("api_key", "api_key_file"),
      {
        of: ["custom_fields"],
        check({ custom_fields: custom }, report) {
          for (const name of RESERVED_FIELDS.filter((one) => custom.has(one))) {
            report(
              "custom_fields",
              `victorOps config contains custom field ${name} which cannot be used as it conflicts with the fixed/static fields`,
            );
          }
        },
      },
    ],
  }),
  inherit(section, global, report) {
    const key = section.api_key ?? global.victorops_api_key;
    const file = section.api_key_file || global.victorops_api_key_file;
    if (!isSet(key) && !isSet(file)) report("api_key", "no global VictorOps API Key set");
    return {
      ...inheritHttp(section, global),
      api_url: withTrailingSlash(section.api_url ?? global.victorops_api_url),
      api_key: key,
      api_key_file: file,
    };
  },
};
