import {
  booleanField,
  goDurationField,
  integerField,
  keepEmpty,
  mappingField,
  optionalField,
  secretField,
  stringField,
  type ConfigOf,
  type Report,
} from "@ferula/config";
import { httpClientField } from "@ferula/http";
import { endpointField } from "../endpoint-url.ts";
import { atMostOne, isSet, oneOf } from "../part-checks.ts";
import { inheritHttp, type Integration } from "./integration.ts";

const shape = {
  send_resolved: booleanField(true),
  http_config: optionalField(httpClientField),
  url: endpointField(),
  url_file: keepEmpty(stringField(), ""),
  alert_source_token: secretField(),
  alert_source_token_file: stringField(),
  max_alerts: integerField(0, { min: 0 }),
  timeout: goDurationField(0),
} as const;

type Section = ConfigOf<typeof shape>;

/** `incidentio_configs` (notify/incidentio/config.go). */
export const incidentio: Integration<Section> = {
  kind: "incidentio",
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
