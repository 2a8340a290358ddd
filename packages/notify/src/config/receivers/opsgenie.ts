import {
  booleanField,
  listField,
  mapField,
  mappingField,
  omitEmpty,
  optionalField,
  secretField,
  stringField,
  withCheck,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { httpClientField } from "@ferula/http";
import { checkBareTemplate } from "../../templates/templates.ts";
import { endpointField, withTrailingSlash } from "../endpoint-url.ts";
import { atMostOne, isSet } from "../part-checks.ts";
import { inheritHttp, templateField, type Integration } from "./integration.ts";

const responderShape = { id: stringField(), name: stringField(), username: stringField(), type: stringField() } as const;

const RESPONDER_TYPES = /^(team|teams|user|escalation|schedule)$/;

const responderField: Field<ConfigOf<typeof responderShape>> = withCheck(
  mappingField(responderShape),
  ({ id, name, username, type }, report) => {
    const shown = (shownType: string): string => `opsGenieConfig responder {${[id, name, username, shownType].join(" ")}}`;
    if (id === "" && name === "" && username === "")
      report("", `${shown(type)} has to have at least one of id, username or name specified`);
    if (type.includes("{{")) {
      const problem = checkBareTemplate(type);
      if (problem !== undefined) report("type", `${shown(type)} type contains invalid template syntax: ${problem}`);
    } else if (!RESPONDER_TYPES.test(type.toLowerCase())) {
      report("type", `${shown(type.toLowerCase())} type does not match valid options ${RESPONDER_TYPES.source}`);
    }
  },
);

const shape = {
  send_resolved: booleanField(true),
  http_config: optionalField(httpClientField),
  api_key: secretField(),
  api_key_file: stringField(),
  api_url: endpointField(),
  message: templateField("opsgenie.default.message"),
  description: templateField("opsgenie.default.description"),
  source: templateField("opsgenie.default.source"),
  details: mapField(stringField()),
  entity: stringField(),
  responders: listField(responderField),
  actions: stringField(),
  tags: stringField(),
  note: stringField(),
  priority: stringField(),
  update_alerts: omitEmpty(booleanField(false)),
} as const;

/** `opsgenie_configs` (notify/opsgenie/config.go). */
export const opsgenie: Integration<ConfigOf<typeof shape>> = {
  kind: "opsgenie",
  field: mappingField(shape, { checks: [atMostOne("api_key", "api_key_file")] }),
  inherit(section, global, report) {
    const key = section.api_key ?? global.opsgenie_api_key;
    const file = section.api_key_file || global.opsgenie_api_key_file;
    if (!isSet(key) && !isSet(file)) report("api_key", "no global OpsGenie API Key set either inline or in a file");
    return {
      ...inheritHttp(section, global),
      api_url: withTrailingSlash(section.api_url ?? global.opsgenie_api_url),
      api_key: key,
      api_key_file: file,
    };
  },
};
