import { booleanField, mapField, mappingField, omitEmpty, optionalField, secretField, stringField, type ConfigOf } from "@ferula/config";
import { httpClientField } from "@ferula/http";
import { isSet } from "../part-checks.ts";
import { inheritHttp, templateField, type Integration } from "./integration.ts";

/** How requests are signed (sigv4 `SigV4Config`, as version 0.4.1 has it). */
const sigv4Field = mappingField(
  {
    region: stringField(),
    access_key: stringField(),
    secret_key: secretField(),
    profile: stringField(),
    role_arn: stringField(),
    external_id: stringField(),
    use_fips_sts_endpoint: omitEmpty(booleanField(false)),
    service_name: stringField(),
  },
  {
    checks: [
      {
        of: ["access_key", "secret_key"],
        check(section, report) {
          if (isSet(section.access_key) !== isSet(section.secret_key))
            report("access_key", "must provide a AWS SigV4 Access key and Secret Key if credentials are specified in the SigV4 config");
        },
      },
      {
        of: ["external_id", "role_arn"],
        check(section, report) {
          if (section.external_id !== "" && section.role_arn === "") report("external_id", "external_id can only be used with role_arn");
        },
      },
    ],
  },
);

const shape = {
  send_resolved: booleanField(true),
  http_config: optionalField(httpClientField),
  api_url: stringField(),
  sigv4: sigv4Field,
  topic_arn: stringField(),
  phone_number: stringField(),
  target_arn: stringField(),
  subject: templateField("sns.default.subject"),
  message: templateField("sns.default.message"),
  attributes: mapField(stringField()),
  use_aws_http_client: omitEmpty(booleanField(false)),
} as const;

/** `sns_configs` (config/notifiers.go `SNSConfig`). */
export const sns: Integration<ConfigOf<typeof shape>> = {
  kind: "sns",
  field: mappingField(shape, {
    checks: [
      {
        of: ["target_arn", "topic_arn", "phone_number"],
        check({ target_arn: target, topic_arn: topic, phone_number: phone }, report) {
          // An odd number of them: upstream takes one, and all three.
          const count = [target, topic, phone].filter((text) => text !== "").length;
          if (count % 2 === 0) report("topic_arn", "must provide either a Target ARN, Topic ARN, or Phone Number for SNS config");
        },
      },
    ],
  }),
  inherit: inheritHttp,
};
