import { booleanField, described, mappingField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filled, keptText, portField, refreshField } from "./fields.ts";
import { webUrlCheck } from "./url-checks.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `puppetdb_sd_configs`: resources that a query of PuppetDB finds (discovery/puppetdb `SDConfig`). */
export const puppetdbField = mappingField(
  {
    ...httpClientShape,
    refresh_interval: refreshField(60_000),
    url: described(keptText(), "The address of PuppetDB."),
    query: described(keptText(), "Which resources are found, in PuppetDB's query language (PQL)."),
    include_parameters: described(booleanField(false), "Whether parameters of resources become labels; they may hold secrets."),
    port: portField(80),
  },
  { checks: [webUrlCheck, filled("query", "query missing"), httpCheck] },
);
