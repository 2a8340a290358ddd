import { integerField, keepEmpty, mappedField, mappingField, pathField, stringField, type ConfigOf, type Field } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filled, intervalField, keptSecret, keptText } from "./fields.ts";
import { httpCheck } from "./http-client.ts";
import { secretKeyCheck } from "./secret-key.ts";

const outscaleShape = {
  endpoint: stringField(),
  region: keptText("eu-west-2"),
  access_key: keptText(),
  secret_key: keptSecret(),
  secret_key_file: keepEmpty(pathField(), ""),
  refresh_interval: intervalField(60_000),
  port: integerField(80),
  ...httpClientShape,
} as const;

const writtenField = mappingField(outscaleShape, {
  checks: [
    filled("region", "outscale SD configuration requires a region"),
    filled("access_key", "outscale SD configuration requires access_key"),
    secretKeyCheck,
    httpCheck,
  ],
});

/** A section of `outscale_sd_configs`: virtual machines of Outscale (discovery/outscale `SDConfig`). The region tells the endpoint. */
export const outscaleField: Field<ConfigOf<typeof outscaleShape>> = mappedField(
  writtenField,
  (section) => ({ ...section, endpoint: section.endpoint || `https://api.${section.region}.outscale.com/api/v1` }),
  (section) => section,
);
