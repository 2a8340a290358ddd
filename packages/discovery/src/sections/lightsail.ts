import { described, mappingField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { awsCredentialsShape } from "./aws-shapes.ts";
import { keptText, portField, refreshField } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `lightsail_sd_configs`: instances of Amazon Lightsail (discovery/aws/lightsail.go `LightsailSDConfig`). */
export const lightsailField = mappingField(
  {
    endpoint: described(keptText(), "The address of the API; empty is that of the region."),
    region: described(keptText(), "The AWS region; empty is the one of the instance."),
    ...awsCredentialsShape,
    refresh_interval: refreshField(60_000),
    port: portField(80),
    ...httpClientShape,
  },
  { checks: [httpCheck] },
);
