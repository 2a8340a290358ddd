import { booleanField, integerField, mappingField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filled, intervalField, keptText } from "./fields.ts";
import { webUrlCheck } from "./url-checks.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `puppetdb_sd_configs`: resources that a query of PuppetDB finds (discovery/puppetdb `SDConfig`). */
export const puppetdbField = mappingField(
  {
    ...httpClientShape,
    refresh_interval: intervalField(60_000),
    url: keptText(),
    query: keptText(),
    include_parameters: booleanField(false),
    port: integerField(80),
  },
  { checks: [webUrlCheck, filled("query", "query missing"), httpCheck] },
);
