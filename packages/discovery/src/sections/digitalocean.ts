import { described, mappingField, type Field } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { keptRefreshField, portField, keptWord } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

/** Upstream shows a member for its own tests among the settings: the form that was printed is taken back, and nothing else. */
const testClientField: Field<undefined> = {
  schema: () => ({ type: "null" }),
  print: () => null,
  read(at) {
    if (at.node !== undefined) at.source.report(at, "the field must be null");
    return undefined;
  },
};

/** A section of `digitalocean_sd_configs`: droplets or databases of DigitalOcean (discovery/digitalocean `SDConfig`). */
export const digitaloceanField = mappingField(
  {
    ...httpClientShape,
    refresh_interval: keptRefreshField(60_000),
    port: portField(80),
    role: described(
      keptWord(["droplets", "databases"], "droplets", (role) => `unknown DigitalOcean SD role ${JSON.stringify(role)}`),
      "What is found.",
    ),
    httpclient: described(testClientField, "Of no use; null stands here in what is printed."),
  },
  { checks: [httpCheck] },
);
