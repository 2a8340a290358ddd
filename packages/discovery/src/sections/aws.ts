import { integerField, listField, mappingField, omitEmpty, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { awsCredentialsShape } from "./aws-shapes.ts";
import { filled, filterField, intervalField, wordField } from "./fields.ts";

const ROLES: readonly string[] = ["ec2", "ecs", "elasticache", "lightsail", "msk", "rds"];

/**
 * A section of `aws_sd_configs`: any of Amazon's services by its role (discovery/aws/aws.go `SDConfig`). Port and interval are those of
 * the role's own section where they are 0. Upstream gives this section none of the HTTP client's defaults, so that redirects are not
 * followed unless it says so, and leaves out the check of its credentials.
 */
export const awsField = mappingField(
  {
    role: wordField(ROLES, "", (role) => `unknown AWS SD role ${JSON.stringify(role)}`),
    region: stringField(),
    endpoint: stringField(),
    ...awsCredentialsShape,
    refresh_interval: intervalField(0),
    port: omitEmpty(integerField(0)),
    ...httpClientShape,
    filters: listField(filterField),
    clusters: listField(stringField()),
  },
  { defaults: { follow_redirects: false, enable_http2: false }, checks: [filled("role", 'unknown AWS SD role ""')] },
);
