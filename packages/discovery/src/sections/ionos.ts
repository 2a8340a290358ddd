import { durationField, integerField, mappingField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filled, keptText } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `ionos_sd_configs`: servers of a data center of IONOS Cloud (discovery/ionos `SDConfig`). */
export const ionosField = mappingField(
  { datacenter_id: keptText(), ...httpClientShape, refresh_interval: durationField(60_000), port: integerField(80) },
  { checks: [filled("datacenter_id", "datacenter id can't be empty"), httpCheck] },
);
