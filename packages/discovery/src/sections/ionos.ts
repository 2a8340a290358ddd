import { described, mappingField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filled, keptRefreshField, keptText, portField } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `ionos_sd_configs`: servers of a data center of IONOS Cloud (discovery/ionos `SDConfig`). */
export const ionosField = mappingField(
  {
    datacenter_id: described(keptText(), "The ID of the data center whose servers are found."),
    ...httpClientShape,
    refresh_interval: keptRefreshField(60_000),
    port: portField(80),
  },
  { checks: [filled("datacenter_id", "datacenter id can't be empty"), httpCheck] },
);
