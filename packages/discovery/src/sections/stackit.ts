import { integerField, mappingField, omitEmpty, secretField, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { redactUrl } from "@ferula/go-url";
import { intervalField, keptText } from "./fields.ts";
import { readUrl } from "./url-checks.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `stackit_sd_configs`: servers of STACKIT (discovery/stackit `SDConfig`). Upstream takes its paths as they are written. */
export const stackitField = mappingField(
  {
    ...httpClientShape,
    project: keptText(),
    refresh_interval: intervalField(60_000),
    port: omitEmpty(integerField(80)),
    region: stringField("eu01"),
    endpoint: stringField(),
    service_account_key: secretField(),
    private_key: secretField(),
    service_account_key_path: stringField(),
    private_key_path: stringField(),
    credentials_file_path: stringField(),
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
