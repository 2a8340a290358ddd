import { durationField, integerField, mappingField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { httpCheck } from "./http-client.ts";

/** A section of `vultr_sd_configs`: instances of Vultr (discovery/vultr `SDConfig`). */
export const vultrField = mappingField(
  { ...httpClientShape, refresh_interval: durationField(60_000), port: integerField(80) },
  { checks: [httpCheck] },
);
