import { described, keepEmpty, mappedField, mappingField, pathField, stringField, type ConfigOf, type Field } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filled, keptSecret, keptText, portField, refreshField } from "./fields.ts";
import { httpCheck } from "./http-client.ts";
import { secretKeyCheck } from "./secret-key.ts";

const outscaleShape = {
  endpoint: described(stringField(), "The address of the API; empty is that of the region."),
  region: described(keptText("eu-west-2"), "The region whose machines are found."),
  access_key: described(keptText(), "The ID of the access key."),
  secret_key: described(keptSecret(), "The secret of the access key."),
  secret_key_file: described(keepEmpty(pathField(), ""), "The file that holds the secret."),
  refresh_interval: refreshField(60_000),
  port: portField(80),
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
