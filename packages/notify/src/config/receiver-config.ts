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
import { hostPortField } from "./host-port.ts";
import { placedField } from "./section-places.ts";
import { templateUrlField } from "./template-url.ts";
import { unsupported } from "./unsupported.ts";

const emailShape = {
  send_resolved: booleanField(false),
  to: stringField(),
  from: stringField(),
  smarthost: hostPortField(),
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
  threading: unsupported("threading"),
} as const;

export type EmailSection = ConfigOf<typeof emailShape>;

const { field: emailField, reportAt: reportAtEmail } = placedField<EmailSection>(
  withCheck(mappingField(emailShape), (email, report) => {
    if (email.to === "") report("to", "missing to address in email config");
    const names = [...email.headers.keys()].map(canonicalHeader);
    const repeated = names.find((name, i) => names.indexOf(name) < i);
    if (repeated !== undefined) report("headers", `duplicate header "${repeated}" in email config`);
  }),
);

export { reportAtEmail };

/** As Go writes the name of a header: `X-My-Header`. */
function canonicalHeader(name: string): string {
  return name.toLowerCase().replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}

const webhookShape = {
  send_resolved: booleanField(true),
  url: templateUrlField(),
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

const receiverShape = {
  name: requiredField(stringField(), "missing name in receiver"),
  labels: mapField(stringField()),
  email_configs: listField(emailField),
  webhook_configs: listField(webhookField),
};

export type ReceiverSection = ConfigOf<typeof receiverShape>;

const { field: receiverField, reportAt: reportAtReceiver } = placedField<ReceiverSection>(
  withCheck(
    mappingField({
      ...receiverShape,
      ...Object.fromEntries(MISSING.map((name) => [`${name}_configs`, unsupported(`the receiver ${name}`)])),
    }),
    ({ name, labels }, report) => {
      if (name === "") report("name", "missing name in receiver");
      const label = labels.get("name");
      if (label !== undefined && label !== name) report("labels", `the label name must be the receiver's name, "${name}"`);
    },
  ),
);

export { receiverField, reportAtReceiver };
