import { booleanField, described, mapField, mappingField, omitEmpty, secretField, stringField, type ConfigOf } from "@ferula/config";
import { isSet } from "../part-checks.ts";
import { httpConfigField, inheritHttp, sendResolvedField, templateField, type Integration } from "./integration.ts";

/** How requests are signed (sigv4 `SigV4Config`, as version 0.4.1 has it). */
const sigv4Field = mappingField(
  {
    region: described(stringField(), "The AWS region; empty is the one of the environment."),
    access_key: described(stringField(), "The ID of the access key."),
    secret_key: described(secretField(), "The secret of the access key."),
    profile: described(stringField(), "The profile of AWS's own files that credentials are taken from."),
    role_arn: described(stringField(), "The role that is taken on."),
    external_id: described(stringField(), "The ID that the role's owner asks for."),
    use_fips_sts_endpoint: described(omitEmpty(booleanField(false)), "Whether tokens come from the endpoint that keeps to FIPS."),
    service_name: described(stringField(), "The service that requests are signed for."),
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
  send_resolved: sendResolvedField(true),
  http_config: httpConfigField,
  api_url: described(stringField(), "The address of the API; empty is that of the region."),
  sigv4: described(sigv4Field, "How requests are signed for Amazon's services."),
  topic_arn: described(stringField(), "The topic that messages are published to."),
  phone_number: described(stringField(), "The phone that gets a short message."),
  target_arn: described(stringField(), "The endpoint of an app that gets a push message."),
  subject: described(templateField("sns.default.subject"), "The subject, for those who get it as mail."),
  message: described(templateField("sns.default.message"), "The text of the message."),
  attributes: described(mapField(stringField()), "Attributes of the message."),
  use_aws_http_client: described(omitEmpty(booleanField(false)), "Whether Amazon's own client sends the requests, without `http_config`."),
} as const;

/** `sns_configs` (config/notifiers.go `SNSConfig`). */
export const sns: Integration<ConfigOf<typeof shape>> = {
  kind: "sns",
  description: "Messages by Amazon SNS: to topics, phones or apps.",
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
