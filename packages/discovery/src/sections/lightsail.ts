import { integerField, mappingField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { awsCredentialsShape } from "./aws-shapes.ts";
import { intervalField, keptText } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `lightsail_sd_configs`: instances of Amazon Lightsail (discovery/aws/lightsail.go `LightsailSDConfig`). */
export const lightsailField = mappingField(
  {
    endpoint: keptText(),
    region: keptText(),
    ...awsCredentialsShape,
    refresh_interval: intervalField(60_000),
    port: integerField(80),
    ...httpClientShape,
  },
  { checks: [httpCheck] },
);
