import { described, mappingField, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { refreshField } from "./fields.ts";
import { readUrl } from "./url-checks.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `eureka_sd_configs`: instances that a Eureka server knows (discovery/eureka `SDConfig`). */
export const eurekaField = mappingField(
  { server: described(stringField(), "The address of the Eureka server."), ...httpClientShape, refresh_interval: refreshField(30_000) },
  {
    checks: [
      {
        of: ["server"],
        check: ({ server }, report) => {
          if (server === "") return report("server", "eureka_sd: empty or null eureka server");
          const url = readUrl("server", server, report);
          if (url?.scheme === "" || url?.host === "") report("server", "eureka_sd: invalid eureka server URL");
        },
      },
      httpCheck,
    ],
  },
);
