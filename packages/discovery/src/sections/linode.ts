import { durationField, integerField, mappingField, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { httpCheck } from "./http-client.ts";

/** A section of `linode_sd_configs`: instances of Linode (discovery/linode `SDConfig`). */
export const linodeField = mappingField(
  {
    ...httpClientShape,
    refresh_interval: durationField(60_000),
    port: integerField(80),
    tag_separator: stringField(","),
    region: stringField(),
  },
  { checks: [httpCheck] },
);
