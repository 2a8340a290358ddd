import { booleanField, described, mappingField, stringField, type ConfigOf } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { keptRefreshField, keptText } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

const nomadShape = {
  allow_stale: described(booleanField(true), "Whether any server may answer, with what it knows."),
  ...httpClientShape,
  namespace: described(keptText("default"), "The namespace whose services are found."),
  refresh_interval: keptRefreshField(60_000),
  region: described(keptText("global"), "The region that is asked about."),
  server: described(keptText("http://localhost:4646"), "The address of the API."),
  tag_separator: described(stringField(","), "What stands between tags in their label."),
} as const;

/** What is in the section. */
export type NomadConfig = ConfigOf<typeof nomadShape>;

/** A section of `nomad_sd_configs`: services that are registered with Nomad (discovery/nomad `SDConfig`). */
export const nomadField = mappingField(nomadShape, {
  checks: [
    {
      of: ["server"],
      check: ({ server }, report) => {
        if (server.trim() === "") report("server", "nomad SD configuration requires a server address");
      },
    },
    httpCheck,
  ],
});
