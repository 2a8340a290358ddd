import { integerField, keepEmpty, listField, mappingField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { awsCredentialsShape } from "./aws-shapes.ts";
import { filterField, intervalField, keptText } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `ec2_sd_configs`: instances of Amazon EC2 (discovery/aws/ec2.go `EC2SDConfig`). */
export const ec2Field = mappingField(
  {
    endpoint: keptText(),
    region: keptText(),
    ...awsCredentialsShape,
    refresh_interval: intervalField(60_000),
    port: integerField(80),
    filters: keepEmpty(listField(filterField), []),
    ...httpClientShape,
  },
  {
    checks: [
      {
        of: ["filters"],
        check: ({ filters }, report) => {
          const hasEmpty = filters.some(({ values }) => values.length === 0);
          if (hasEmpty) report("filters", "EC2 SD configuration filter values cannot be empty");
        },
      },
      httpCheck,
    ],
  },
);
