import {
  anyField,
  booleanField,
  goDurationField,
  listField,
  mapField,
  mappingField,
  optionalField,
  secretField,
  stringField,
  type ConfigOf,
} from "@ferula/config";
import { httpClientField } from "@ferula/http";
import { endpointField } from "../endpoint-url.ts";
import { atMostOne, isSet } from "../part-checks.ts";
import { inheritHttp, templateField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: booleanField(true),
  http_config: optionalField(httpClientField),
  service_key: secretField(),
  service_key_file: stringField(),
  routing_key: secretField(),
  routing_key_file: stringField(),
  url: endpointField(),
  client: templateField("pagerduty.default.client"),
  client_url: templateField("pagerduty.default.clientURL"),
  description: stringField('{{ template "pagerduty.default.description" .}}'),
  details: mapField(anyField()),
  images: listField(mappingField({ src: stringField(), alt: stringField(), href: stringField() })),
  links: listField(mappingField({ href: stringField(), text: stringField() })),
  source: stringField(),
  severity: stringField(),
  class: stringField(),
  component: stringField(),
  group: stringField(),
  timeout: goDurationField(0),
} as const;

/** Those that stand in every incident, unless the user has others of their names. */
const DEFAULT_DETAILS: readonly (readonly [name: string, template: string])[] = [
  ["firing", "{{ .Alerts.Firing | toJson }}"],
  ["resolved", "{{ .Alerts.Resolved | toJson }}"],
  ["num_firing", "{{ .Alerts.Firing | len }}"],
  ["num_resolved", "{{ .Alerts.Resolved | len }}"],
];

const KEYS = ["routing_key", "service_key", "routing_key_file", "service_key_file"] as const;

/** `pagerduty_configs` (notify/pagerduty/config.go). */
export const pagerduty: Integration<ConfigOf<typeof shape>> = {
  kind: "pagerduty",
  field: mappingField(shape, {
    checks: [
      {
        of: KEYS,
        check(section, report) {
          if (!KEYS.some((key) => isSet(section[key]))) report("routing_key", "missing service or routing key in PagerDuty config");
        },
      },
      atMostOne("routing_key", "routing_key_file"),
      atMostOne("service_key", "service_key_file"),
    ],
  }),
  inherit(section, global) {
    return {
      ...inheritHttp(section, global),
      url: section.url ?? global.pagerduty_url,
      source: section.source || section.client,
      details: new Map([...DEFAULT_DETAILS, ...section.details]),
    };
  },
};
