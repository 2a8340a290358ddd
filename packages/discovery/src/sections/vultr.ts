import { mappingField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { keptRefreshField, portField } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `vultr_sd_configs`: instances of Vultr (discovery/vultr `SDConfig`). */
export const vultrField = mappingField(
  { ...httpClientShape, refresh_interval: keptRefreshField(60_000), port: portField(80) },
  { checks: [httpCheck] },
);
