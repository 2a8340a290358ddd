import {
  described,
  goDurationField,
  integerField,
  keepEmpty,
  mappingField,
  secretField,
  stringField,
  type ConfigOf,
  type Report,
} from "@ferula/config";
import { endpointField } from "../endpoint-url.ts";
import { atMostOne, isSet, oneOf } from "../part-checks.ts";
import { httpConfigField, inheritHttp, sendResolvedField, type Integration } from "./integration.ts";

const shape = {
  send_resolved: sendResolvedField(true),
  http_config: httpConfigField,
  url: described(endpointField(), "The address of the alert source."),
  url_file: described(keepEmpty(stringField(), ""), "The file that holds the address."),
  alert_source_token: described(secretField(), "The token of the alert source."),
  alert_source_token_file: described(stringField(), "The file that holds the token."),
  max_alerts: described(integerField(0, { min: 0 }), "How many alerts a request tells of; 0 is all."),
  timeout: described(goDurationField(0), "How long a request may take; 0 is until the next notification is due."),
} as const;

type Section = ConfigOf<typeof shape>;

/** `incidentio_configs` (notify/incidentio/config.go). */
export const incidentio: Integration<Section> = {
  kind: "incidentio",
  description: "Alerts for incident.io.",
  field: mappingField(shape, {
    checks: [
      oneOf("url", "url_file"),
      atMostOne("url", "url_file"),
      atMostOne("alert_source_token", "alert_source_token_file"),
      { of: ["http_config", "alert_source_token", "alert_source_token_file"], check: checkAuthorization },
    ],
  }),
  inherit: inheritHttp,
};

/** Without an `http_config` of its own, the global one may bring the authorization. */
function checkAuthorization({ http_config: http, ...section }: Section, report: Report): void {
  if (http === undefined) return;
  const hasToken = isSet(section.alert_source_token) || isSet(section.alert_source_token_file);
  const hasAuthorization = http.authorization !== undefined;
  if (hasAuthorization && hasToken)
    report("http_config", "cannot specify alert_source_token or alert_source_token_file when using http_config.authorization");
  if (!hasAuthorization && !hasToken)
    report("http_config", "at least one of alert_source_token, alert_source_token_file or http_config.authorization must be configured");
}
