import {
  described,
  durationField,
  listField,
  mappingField,
  omitEmpty,
  optionalField,
  requiredField,
  stringField,
  unservedField,
  withCheck,
  type ConfigOf,
  type Field,
  type PartCheck,
  type Report,
} from "@ferula/config";
import { discoveryShape, checkStaticTargets, type StaticTargets, type DiscoveryConfig } from "@ferula/discovery";
import { checkHttpConfig, httpClientShape, type HttpClientConfig } from "@ferula/http";
import { relabelConfigsField } from "@ferula/relabel";
import { sigv4Field } from "./sigv4-config.ts";

const apiVersionField: Field<string> = {
  ...withCheck(stringField("v2"), (version, report) => {
    if (version !== "v2") report("", `expected Alertmanager api version to be one of [v2] but got ${version}`);
  }),
  schema: () => ({ enum: ["v2", null], default: "v2" }),
};

/** In upstream's order (config/config.go `AlertmanagerConfig`). */
const ownShape = {
  ...httpClientShape,
  sigv4: described(unservedField(optionalField(sigv4Field), "signing requests for AWS (sigv4)"), "Signs requests for Amazon's services."),
  scheme: described(stringField("http"), "The scheme of requests, `http` or `https`."),
  path_prefix: described(stringField(), "What stands before the path of the API."),
  timeout: described(omitEmpty(durationField(10_000)), "How long sending may take."),
  api_version: described(apiVersionField, "The version of the API that alerts are sent to."),
  relabel_configs: described(
    relabelConfigsField("empty or null Alertmanager target relabeling rule"),
    "Rules that pick and change these Alertmanagers.",
  ),
  alert_relabel_configs: described(
    relabelConfigsField("empty or null Alertmanager alert relabeling rule"),
    "Rules that pick and change alerts sent to these Alertmanagers.",
  ),
} as const;

const alertmanagerShape: typeof ownShape & typeof discoveryShape = { ...ownShape, ...discoveryShape };

/** Where alerts are sent: an entry of `alerting.alertmanagers`. */
export type AlertmanagerConfig = ConfigOf<typeof ownShape> & DiscoveryConfig;

const CLIENT_KEYS = Object.keys(httpClientShape) as (keyof typeof httpClientShape)[];

const checks: readonly PartCheck<typeof alertmanagerShape>[] = [
  { of: CLIENT_KEYS, check: (section, report) => checkHttpConfig(section as unknown as HttpClientConfig, report) },
  { of: [...CLIENT_KEYS, "sigv4"], check: (section, report) => checkOneAuth(section as unknown as AlertmanagerConfig, report) },
  {
    of: ["relabel_configs", "static_configs"],
    check: (section, report) => checkStaticTargets(section as unknown as StaticTargets, report),
  },
];

const alertmanagerField = mappingField(alertmanagerShape, { checks }) as unknown as Field<AlertmanagerConfig>;

/** The section `alerting` (config/config.go `AlertingConfig`). */
export const alertingShape = {
  alert_relabel_configs: described(
    relabelConfigsField("empty or null alert relabeling rule"),
    "Rules that pick and change alerts before they are sent.",
  ),
  alertmanagers: described(listField(requiredField(alertmanagerField, "empty or null Alertmanager section")), "Where alerts are sent."),
} as const;

export type AlertingConfig = ConfigOf<typeof alertingShape>;

function checkOneAuth({ basic_auth: basic, authorization, oauth2, sigv4 }: AlertmanagerConfig, report: Report): void {
  const hasOther = basic !== undefined || authorization !== undefined || oauth2 !== undefined;
  if (sigv4 !== undefined && hasOther) report("sigv4", "at most one of basic_auth, authorization, oauth2, & sigv4 must be configured");
}

/** Under which name discovery knows the section at `index` of `alertmanagers`; its metrics show it (config/config.go `AlertmanagerConfigs.ToMap`). */
export function sectionName(index: number): string {
  return `config-${index}`;
}
