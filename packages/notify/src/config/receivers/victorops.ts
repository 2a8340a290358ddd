import { booleanField, keepEmpty, mapField, mappingField, optionalField, secretField, stringField, type ConfigOf } from "@ferula/config";
import { httpClientField } from "@ferula/http";
import { endpointField, withTrailingSlash } from "../endpoint-url.ts";
import { atMostOne, isSet, needed } from "../part-checks.ts";
import { inheritHttp, templateField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: booleanField(true),
  http_config: optionalField(httpClientField),
  api_key: secretField(),
  api_key_file: stringField(),
  api_url: endpointField(),
  routing_key: stringField(),
  message_type: keepEmpty(stringField("CRITICAL"), ""),
  state_message: keepEmpty(templateField("victorops.default.state_message"), ""),
  entity_display_name: keepEmpty(templateField("victorops.default.entity_display_name"), ""),
  monitoring_tool: keepEmpty(templateField("victorops.default.monitoring_tool"), ""),
  custom_fields: mapField(stringField()),
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
