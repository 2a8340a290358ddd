import { booleanField, described, mappingField, omitEmpty, secretField, stringField, type ConfigOf, type Field } from "@ferula/config";

const sigv4Shape = {
  region: described(stringField(), "The AWS region; empty is the one of the environment."),
  access_key: described(stringField(), "The ID of the access key."),
  secret_key: described(secretField(), "The secret of the access key."),
  profile: described(stringField(), "The profile of AWS's own files that credentials are taken from."),
  role_arn: described(stringField(), "The role that is taken on."),
  external_id: described(stringField(), "The ID that the role's owner asks for."),
  use_fips_sts_endpoint: described(omitEmpty(booleanField(false)), "Whether tokens come from the endpoint that keeps to FIPS."),
  service_name: described(stringField(), "The service that requests are signed for."),
} as const;

/** The section `sigv4`: how requests are signed for AWS; what is empty comes from where AWS's own tools look. */
export type Sigv4Config = ConfigOf<typeof sigv4Shape>;

/** The section `sigv4` (prometheus/sigv4 0.4.1 `SigV4Config`, which Prometheus 3.14 is built with). */
export const sigv4Field: Field<Sigv4Config> = mappingField(sigv4Shape, {
  checks: [
    {
      of: ["access_key", "secret_key"],
      check({ access_key: access, secret_key: secret }, report) {
        if ((access === "") !== (secret === undefined))
          report("", "must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config");
      },
    },
    {
      of: ["external_id", "role_arn"],
      check({ external_id: external, role_arn: role }, report) {
        if (external !== "" && role === "") report("external_id", "external_id can only be used with role_arn");
      },
    },
  ],
});
