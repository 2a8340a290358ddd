import { booleanField, mappingField, omitEmpty, secretField, stringField, type ConfigOf, type Field } from "@ferula/config";

const sigv4Shape = {
  region: stringField(),
  access_key: stringField(),
  secret_key: secretField(),
  profile: stringField(),
  role_arn: stringField(),
  external_id: stringField(),
  use_fips_sts_endpoint: omitEmpty(booleanField(false)),
  service_name: stringField(),
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
