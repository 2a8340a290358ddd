import { described, mappingField, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { intervalField, refreshField } from "./fields.ts";
import { readUrl } from "./url-checks.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `kuma_sd_configs`: what a Kuma control plane assigns over xDS (discovery/xds `SDConfig`). */
export const kumaField = mappingField(
  {
    ...httpClientShape,
    refresh_interval: refreshField(15_000),
    fetch_timeout: described(intervalField(120_000), "How long a request may take."),
    server: described(stringField(), "The address of the control plane."),
    client_id: described(stringField(), "The name that we are known by; empty is made from the host's."),
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
