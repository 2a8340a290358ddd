import { described, mappingField, type ConfigOf } from "@ferula/config";
import { redactUrl } from "@ferula/go-url";
import { httpClientShape } from "@ferula/http";
import { keptText, refreshField } from "./fields.ts";
import { webUrlCheck } from "./url-checks.ts";
import { httpCheck } from "./http-client.ts";

const httpShape = {
  ...httpClientShape,
  refresh_interval: refreshField(60_000),
  // Upstream shows the password of this one, alone of all addresses.
  url: described({ ...keptText(), print: redactUrl }, "The address that gives the target groups as JSON."),
} as const;

/** What a section says. */
export type HttpSdConfig = ConfigOf<typeof httpShape>;

/** A section of `http_sd_configs`: target groups from an endpoint (discovery/http `SDConfig`). */
export const httpField = mappingField(httpShape, { checks: [webUrlCheck, httpCheck] });
