import { described, integerField, listField, omitEmpty, secretField, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { keptText, portField, refreshField } from "./fields.ts";

/** How the sections of Amazon's services sign their requests. Without keys, the usual chain of Amazon's SDK finds some. */
export const awsCredentialsShape = {
  access_key: described(stringField(), "The ID of the access key; empty is the one of the environment."),
  secret_key: described(secretField(), "The secret of the access key."),
  profile: described(stringField(), "The profile of AWS's own files that credentials are taken from."),
  role_arn: described(stringField(), "The role that is taken on."),
  external_id: described(stringField(), "The ID that the role's owner asks for."),
} as const;

/** What the sections of the services that come in clusters begin with. */
export const awsClusterShape = {
  region: described(keptText(), "The AWS region; empty is the one of the instance."),
  endpoint: described(keptText(), "The address of the API; empty is that of the region."),
  ...awsCredentialsShape,
  clusters: described(listField(stringField()), "The clusters that are asked about, by ARN or ID; empty is all."),
  port: portField(80),
  refresh_interval: refreshField(60_000),
} as const;

/** How many requests such a section makes at a time, and how: its last fields. */
export function awsRequestShape(concurrency: number) {
  return {
    request_concurrency: described(omitEmpty(integerField(concurrency)), "How many requests are sent side by side."),
    ...httpClientShape,
  } as const;
}
