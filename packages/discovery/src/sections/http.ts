import { mappingField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { intervalField, keptText } from "./fields.ts";
import { webUrlCheck } from "./url-checks.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `http_sd_configs`: target groups from an endpoint (discovery/http `SDConfig`). */
export const httpField = mappingField(
  { ...httpClientShape, refresh_interval: intervalField(60_000), url: keptText() },
  { checks: [webUrlCheck, httpCheck] },
);
