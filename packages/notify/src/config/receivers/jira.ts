import {
  anyField,
  booleanField,
  described,
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
import { endpointField } from "../endpoint-url.ts";
import { isSet, needed } from "../part-checks.ts";
import { httpConfigField, inheritHttp, sendResolvedField, templateField, type Integration } from "./integration.ts";

/** A text of an issue. `enable_update` left open is true. */
export interface JiraText {
  readonly template: string;
  readonly enable_update: boolean | undefined;
}

/** The template of a text alone, or a section that also says whether an issue that is there already gets it. */
function jiraTextField(name: string): Field<JiraText> {
  const template = described(templateField(name), "The text.");
  const section = mappingField({
    template,
    enable_update: described(optionalField(booleanField(true)), "Whether an issue that is there already gets the text, too."),
  });
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
  send_resolved: sendResolvedField(true),
  http_config: httpConfigField,
  api_url: described(endpointField(), "The address of the API."),
  api_type: described(stringField("auto"), "Which API it is: `auto`, `cloud` or `datacenter`."),
  project: described(stringField(), "The key of the project that issues are made in."),
  summary: described(jiraTextField("jira.default.summary"), "The issue's first line."),
  description: described(jiraTextField("jira.default.description"), "The issue's text."),
  labels: described(listField(stringField()), "Labels of the issue."),
  priority: described(templateField("jira.default.priority"), "The priority of the issue."),
  issue_type: described(stringField(), "The type of the issue, such as `Bug`."),
  reopen_transition: described(stringField(), "The transition that opens an issue again."),
  resolve_transition: described(stringField(), "The transition that ends an issue."),
  wont_fix_resolution: described(stringField(), "Issues with this resolution are not opened again."),
  reopen_duration: described(omitEmpty(durationField(0)), "How long after its end an issue is opened again."),
  fields: described(mapField(anyField()), "Further fields of the issue."),
} as const;

const API_TYPES: ReadonlySet<string> = new Set(["auto", "cloud", "datacenter"]);

/** `jira_configs` (notify/jira/config.go). */
export const jira: Integration<ConfigOf<typeof shape>> = {
  kind: "jira",
  description: "Issues in Jira, which end with their alerts.",
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
