import {
  anyField,
  described,
  goDurationField,
  listField,
  mapField,
  mappingField,
  secretField,
  stringField,
  type ConfigOf,
} from "@ferula/config";
import { endpointField } from "../endpoint-url.ts";
import { atMostOne, isSet } from "../part-checks.ts";
import { httpConfigField, inheritHttp, sendResolvedField, templateField, type Integration } from "./integration.ts";

const imageField = mappingField({
  src: described(stringField(), "The address of the picture."),
  alt: described(stringField(), "The text in place of the picture."),
  href: described(stringField(), "Where the picture leads."),
});

const linkField = mappingField({
  href: described(stringField(), "Where the link leads."),
  text: described(stringField(), "The text of the link."),
});

const shape = {
  send_resolved: sendResolvedField(true),
  http_config: httpConfigField,
  service_key: described(secretField(), "The key of an integration of the type Prometheus."),
  service_key_file: described(stringField(), "The file that holds the service key."),
  routing_key: described(secretField(), "The key of an integration of the type Events API v2."),
  routing_key_file: described(stringField(), "The file that holds the routing key."),
  url: described(endpointField(), "The address that events are sent to."),
  client: described(templateField("pagerduty.default.client"), "The name of what reports the event."),
  client_url: described(templateField("pagerduty.default.clientURL"), "An address for those who want to know more."),
  description: described(stringField('{{ template "pagerduty.default.description" .}}'), "What the incident is about."),
  details: described(mapField(anyField()), "Further keys and values about the incident."),
  images: described(listField(imageField), "Pictures to show."),
  links: described(listField(linkField), "Links to show."),
  source: described(stringField(), "What is affected; empty is the client."),
  severity: described(stringField(), "How bad it is: `critical`, `error`, `warning` or `info`."),
  class: described(stringField(), "The kind of the event."),
  component: described(stringField(), "The part of the source that is affected."),
  group: described(stringField(), "The group of parts that is affected."),
  timeout: described(goDurationField(0), "How long a request may take; 0 is until the next notification is due."),
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
  description: "Events for PagerDuty.",
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
