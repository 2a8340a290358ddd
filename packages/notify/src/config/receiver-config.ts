import {
  booleanField,
  goDurationField,
  integerField,
  listField,
  mapField,
  mappingField,
  optionalField,
  requiredField,
  secretField,
  stringField,
  withCheck,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { httpClientField, tlsClientShape } from "@ferula/http";

const emailShape = {
  send_resolved: booleanField(false),
  to: stringField(),
  from: stringField(),
  smarthost: stringField(),
  hello: stringField(),
  auth_username: stringField(),
  auth_password: secretField(),
  auth_password_file: stringField(),
  auth_secret: secretField(),
  auth_secret_file: stringField(),
  auth_identity: stringField(),
  require_tls: optionalField(booleanField(true)),
  force_implicit_tls: optionalField(booleanField(false)),
  tls_config: optionalField(mappingField(tlsClientShape)),
  headers: mapField(stringField()),
  html: stringField('{{ template "email.default.html" . }}'),
  text: stringField(),
} as const;

export type EmailSection = ConfigOf<typeof emailShape>;

const emailField: Field<EmailSection> = withCheck(mappingField(emailShape), (email, report) => {
  if (email.to === "") report("to", "missing to address in email config");
  const names = [...email.headers.keys()].map((name) => name.toLowerCase());
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) report("headers", `duplicate header "${repeated}" in email config`);
  if (email.auth_password !== undefined && email.auth_password_file !== "") {
    report("auth_password", "at most one of auth_password & auth_password_file must be configured");
  }
  if (email.auth_secret !== undefined && email.auth_secret_file !== "")
    report("auth_secret", "at most one of auth_secret & auth_secret_file must be configured");
});

const webhookShape = {
  send_resolved: booleanField(true),
  url: secretField(),
  url_file: stringField(),
  max_alerts: integerField(0, { min: 0 }),
  timeout: goDurationField(0),
  http_config: optionalField(httpClientField),
  payload: unsupported("a payload of its own"),
} as const;

export type WebhookSection = ConfigOf<typeof webhookShape>;

const webhookField: Field<WebhookSection> = withCheck(mappingField(webhookShape), ({ url, url_file: file }, report) => {
  if (url === undefined && file === "") report("url", "one of url or url_file must be configured");
  if (url !== undefined && file !== "") report("url", "at most one of url & url_file must be configured");
});

/** Upstream's other receivers: their sections are refused by name. */
const MISSING =
  "discord incidentio jira mattermost msteams msteamsv2 opsgenie pagerduty pushover rocketchat slack sns telegram victorops webex wechat".split(
    " ",
  );

/** Something that we can't do yet: asking for it is refused, as a notification that is silently not sent is the worst of all. */
export function unsupported(what: string): Field<undefined> {
  return {
    schema: () => ({}),
    print: () => undefined,
    read(at) {
      if (at.node !== undefined) at.source.report(at, `${what} is not supported yet`);
      return undefined;
    },
  };
}

const receiverShape = {
  name: requiredField(stringField(), "missing name in receiver"),
  labels: mapField(stringField()),
  email_configs: listField(emailField),
  webhook_configs: listField(webhookField),
};

export type ReceiverSection = ConfigOf<typeof receiverShape>;

export const receiverField: Field<ReceiverSection> = withCheck(
  mappingField({
    ...receiverShape,
    ...Object.fromEntries(MISSING.map((name) => [`${name}_configs`, unsupported(`the receiver ${name}`)])),
  }),
  ({ name, labels }, report) => {
    if (name === "") report("name", "missing name in receiver");
    const label = labels.get("name");
    if (label !== undefined && label !== name) report("labels", `the label name must be the receiver's name, "${name}"`);
  },
);
