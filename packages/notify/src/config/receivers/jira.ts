import {
  anyField,
  booleanField,
  durationField,
  listField,
  mapField,
  mappingField,
  omitEmpty,
  optionalField,
  stringField,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { httpClientField } from "@ferula/http";
import { endpointField } from "../endpoint-url.ts";
import { isSet, needed } from "../part-checks.ts";
import { inheritHttp, templateField, type Integration } from "./integration.ts";

/** A text of an issue. `enable_update` left open is true. */
export interface JiraText {
  readonly template: string;
  readonly enable_update: boolean | undefined;
}

/** The template of a text alone, or a section that also says whether an issue that is there already gets it. */
function jiraTextField(name: string): Field<JiraText> {
  const template = templateField(name);
  const section = mappingField({ template, enable_update: optionalField(booleanField(true)) });
  return {
    schema: () => ({ anyOf: [template.schema(), section.schema()] }),
    print: (text) => section.print(text),
    read(at) {
      const given = at.node === undefined ? undefined : anyField().read(at);
      return typeof given === "object" ? section.read(at) : { template: template.read(at), enable_update: undefined };
    },
  };
}

const shape = {
  send_resolved: booleanField(true),
  http_config: optionalField(httpClientField),
  api_url: endpointField(),
  api_type: stringField("auto"),
  project: stringField(),
  summary: jiraTextField("jira.default.summary"),
  description: jiraTextField("jira.default.description"),
  labels: listField(stringField()),
  priority: templateField("jira.default.priority"),
  issue_type: stringField(),
  reopen_transition: stringField(),
  resolve_transition: stringField(),
  wont_fix_resolution: stringField(),
  reopen_duration: omitEmpty(durationField(0)),
  fields: mapField(anyField()),
} as const;

const API_TYPES: ReadonlySet<string> = new Set(["auto", "cloud", "datacenter"]);

/** `jira_configs` (notify/jira/config.go). */
export const jira: Integration<ConfigOf<typeof shape>> = {
  kind: "jira",
  field: mappingField(shape, {
    checks: [
      needed("project", "missing project in jira_config"),
      needed("issue_type", "missing issue_type in jira_config"),
      {
        of: ["api_type"],
        check({ api_type: type }, report) {
          if (!API_TYPES.has(type)) report("api_type", "unknown api_type on jira_config, must be auto, cloud or datacenter");
        },
      },
    ],
  }),
  inherit(section, global, report) {
    const url = section.api_url ?? global.jira_api_url;
    if (!isSet(url)) report("api_url", "no global Jira Cloud URL set");
    return { ...inheritHttp(section, global), api_url: url };
  },
};
