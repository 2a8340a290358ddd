import {
  booleanField,
  described,
  listField,
  mapField,
  mappingField,
  omitEmpty,
  secretField,
  stringField,
  withCheck,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { checkBareTemplate } from "../../templates/templates.ts";
import { endpointField, withTrailingSlash } from "../endpoint-url.ts";
import { atMostOne, isSet } from "../part-checks.ts";
import { httpConfigField, inheritHttp, sendResolvedField, templateField, type Integration } from "./integration.ts";

const responderShape = {
  id: described(stringField(), "The responder's ID; one of ID, name and user is needed."),
  name: described(stringField(), "The responder's name."),
  username: described(stringField(), "The responder's user name."),
  type: described(stringField(), "What it is: `team`, `teams`, `user`, `escalation` or `schedule`."),
} as const;

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
  send_resolved: sendResolvedField(true),
  http_config: httpConfigField,
  api_key: described(secretField(), "The key for the API."),
  api_key_file: described(stringField(), "The file that holds the key."),
  api_url: described(endpointField(), "The address of the API."),
  message: described(templateField("opsgenie.default.message"), "The alert's text, of at most 130 characters."),
  description: described(templateField("opsgenie.default.description"), "What is known of the alert."),
  source: described(templateField("opsgenie.default.source"), "Where the alert comes from."),
  details: described(mapField(stringField()), "Further keys and values about the alert."),
  entity: described(stringField(), "What the alert is about."),
  responders: described(listField(responderField), "Who is to act."),
  actions: described(stringField(), "Names of actions, with commas between."),
  tags: described(stringField(), "Tags of the alert, with commas between."),
  note: described(stringField(), "A further note."),
  priority: described(stringField(), "How urgent it is, from `P1` to `P5`."),
  update_alerts: described(omitEmpty(booleanField(false)), "Whether text and description of an open alert are kept up to date."),
} as const;

/** `opsgenie_configs` (notify/opsgenie/config.go). */
export const opsgenie: Integration<ConfigOf<typeof shape>> = {
  kind: "opsgenie",
  description: "Alerts for Opsgenie.",
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
