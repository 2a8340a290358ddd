import { durationField, enumField, listField, mappingField, stringField, withCheck, type ConfigOf, type Field } from "@ferula/config";
import { discoveryShape, type DiscoveryConfig } from "@ferula/discovery";
import { checkHttpConfig, httpClientShape } from "@ferula/http";
import { relabelConfigField } from "@ferula/relabel";

const alertmanagerShape = {
  ...httpClientShape,
  scheme: enumField(["http", "https"], "http"),
  path_prefix: stringField("/"),
  timeout: durationField(10_000),
  api_version: enumField(["v2"], "v2"),
  relabel_configs: listField(relabelConfigField),
  alert_relabel_configs: listField(relabelConfigField),
  ...discoveryShape,
} as const;

/** Where alerts are sent: an entry of `alerting.alertmanagers`. */
export type AlertmanagerConfig = ConfigOf<typeof alertmanagerShape> & DiscoveryConfig;

const alertmanagerField = withCheck(mappingField(alertmanagerShape), checkHttpConfig) as unknown as Field<AlertmanagerConfig>;

/** The section `alerting` (config/config.go `AlertingConfig`). */
export const alertingShape = {
  alert_relabel_configs: listField(relabelConfigField),
  alertmanagers: listField(alertmanagerField),
} as const;

export type AlertingConfig = ConfigOf<typeof alertingShape>;
