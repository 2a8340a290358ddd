import { described, listField, mappingField, omitEmpty, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { awsCredentialsShape } from "./aws-shapes.ts";
import { filled, filterField, portField, refreshField, keptWord } from "./fields.ts";

const ROLES: readonly string[] = ["ec2", "ecs", "elasticache", "lightsail", "msk", "rds"];

/**
 * A section of `aws_sd_configs`: any of Amazon's services by its role (discovery/aws/aws.go `SDConfig`). Port and interval are those of
 * the role's own section where they are 0. Upstream gives this section none of the HTTP client's defaults, so that redirects are not
 * followed unless it says so, and leaves out the check of its credentials.
 */
export const awsField = mappingField(
  {
    role: described(
      keptWord(ROLES, "", (role) => `unknown AWS SD role ${JSON.stringify(role)}`),
      "Which of Amazon's services is asked.",
    ),
    region: described(stringField(), "The AWS region; empty is the one of the instance."),
    endpoint: described(stringField(), "The address of the API; empty is that of the region."),
    ...awsCredentialsShape,
    refresh_interval: refreshField(0),
    port: omitEmpty(portField(0)),
    ...httpClientShape,
    filters: described(listField(filterField), "What the API narrows its answer to."),
    clusters: described(listField(stringField()), "The clusters that are asked about, by ARN; empty is all."),
  },
  { defaults: { follow_redirects: false, enable_http2: false }, checks: [filled("role", 'unknown AWS SD role ""')] },
);
