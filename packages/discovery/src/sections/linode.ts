import { described, mappingField, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { keptRefreshField, portField } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `linode_sd_configs`: instances of Linode (discovery/linode `SDConfig`). */
export const linodeField = mappingField(
  {
    ...httpClientShape,
    refresh_interval: keptRefreshField(60_000),
    port: portField(80),
    tag_separator: described(stringField(","), "What stands between tags in their label."),
    region: described(stringField(), "The region whose instances are found; empty is all."),
  },
  { checks: [httpCheck] },
);
