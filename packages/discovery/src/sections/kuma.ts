import { mappingField, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { intervalField } from "./fields.ts";
import { readUrl } from "./url-checks.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `kuma_sd_configs`: what a Kuma control plane assigns over xDS (discovery/xds `SDConfig`). */
export const kumaField = mappingField(
  {
    ...httpClientShape,
    refresh_interval: intervalField(15_000),
    fetch_timeout: intervalField(120_000),
    server: stringField(),
    client_id: stringField(),
  },
  {
    checks: [
      {
        of: ["server"],
        check: ({ server }, report) => {
          if (server === "") return report("server", "kuma SD server must not be empty: ");
          const url = readUrl("server", server, report);
          if (url?.scheme === "" || url?.host === "") report("server", `kuma SD server must not be empty and have a scheme: ${server}`);
        },
      },
      httpCheck,
    ],
  },
);
