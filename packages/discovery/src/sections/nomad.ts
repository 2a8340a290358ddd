import { booleanField, durationField, mappingField, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { keptText } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `nomad_sd_configs`: services that are registered with Nomad (discovery/nomad `SDConfig`). */
export const nomadField = mappingField(
  {
    allow_stale: booleanField(true),
    ...httpClientShape,
    namespace: keptText("default"),
    refresh_interval: durationField(60_000),
    region: keptText("global"),
    server: keptText("http://localhost:4646"),
    tag_separator: stringField(","),
  },
  {
    checks: [
      {
        of: ["server"],
        check: ({ server }, report) => {
          if (server.trim() === "") report("server", "nomad SD configuration requires a server address");
        },
      },
      httpCheck,
    ],
  },
);
