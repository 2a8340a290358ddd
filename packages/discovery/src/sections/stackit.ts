import { described, mappingField, omitEmpty, secretField, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { redactUrl } from "@ferula/go-url";
import { keptText, portField, refreshField } from "./fields.ts";
import { readUrl } from "./url-checks.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `stackit_sd_configs`: servers of STACKIT (discovery/stackit `SDConfig`). Upstream takes its paths as they are written. */
export const stackitField = mappingField(
  {
    ...httpClientShape,
    project: described(keptText(), "The ID of the project whose servers are found."),
    refresh_interval: refreshField(60_000),
    port: omitEmpty(portField(80)),
    region: described(stringField("eu01"), "The region whose servers are found."),
    endpoint: described(stringField(), "The address of the API; empty is that of the region."),
    service_account_key: described(secretField(), "The key of the service account, as JSON."),
    private_key: described(secretField(), "The private key of the service account, as PEM."),
    service_account_key_path: described(stringField(), "The file that holds the key of the service account."),
    private_key_path: described(stringField(), "The file that holds the private key."),
    credentials_file_path: described(stringField(), "The file that holds all credentials."),
  },
  {
    checks: [
      {
        of: ["endpoint", "region"],
        check: ({ endpoint, region }, report) => {
          if (endpoint === "" && region === "") report("endpoint", "stackit_sd: endpoint and region missing");
          readUrl("endpoint", endpoint, report, `stackit_sd: invalid endpoint ${JSON.stringify(redactUrl(endpoint))}: `);
        },
      },
      httpCheck,
    ],
  },
);
