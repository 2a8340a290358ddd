import { described, keepEmpty, listField, mappingField, type ConfigOf } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { awsCredentialsShape } from "./aws-shapes.ts";
import { filterField, keptText, portField, refreshField } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

const ec2Shape = {
  endpoint: described(keptText(), "The address of the API; empty is that of the region."),
  region: described(keptText(), "The AWS region; empty is the one of the instance."),
  ...awsCredentialsShape,
  refresh_interval: refreshField(60_000),
  port: portField(80),
  filters: described(keepEmpty(listField(filterField), []), "What the API narrows its answer to."),
  ...httpClientShape,
} as const;

/** What is in the section. */
export type Ec2Config = ConfigOf<typeof ec2Shape>;

/** A section of `ec2_sd_configs`: instances of Amazon EC2 (discovery/aws/ec2.go `EC2SDConfig`). */
export const ec2Field = mappingField(ec2Shape, {
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
});
