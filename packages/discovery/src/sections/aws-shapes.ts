import { integerField, listField, omitEmpty, secretField, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { intervalField, keptText } from "./fields.ts";

/** How the sections of Amazon's services sign their requests. Without keys, the usual chain of Amazon's SDK finds some. */
export const awsCredentialsShape = {
  access_key: stringField(),
  secret_key: secretField(),
  profile: stringField(),
  role_arn: stringField(),
  external_id: stringField(),
} as const;

/** What the sections of the services that come in clusters begin with. */
export const awsClusterShape = {
  region: keptText(),
  endpoint: keptText(),
  ...awsCredentialsShape,
  clusters: listField(stringField()),
  port: integerField(80),
  refresh_interval: intervalField(60_000),
} as const;

/** How many requests such a section makes at a time, and how: its last fields. */
export function awsRequestShape(concurrency: number) {
  return { request_concurrency: omitEmpty(integerField(concurrency)), ...httpClientShape } as const;
}
