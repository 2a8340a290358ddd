import {
  booleanField,
  described,
  mapField,
  mappedField,
  mappingField,
  omitEmpty,
  optionalField,
  secretField,
  stringField,
  unservedWhere,
  type ConfigOf,
  type Field,
  type Report,
} from "@ferula/config";
import type { GlobalSection } from "../global-config.ts";
import { hostPortField } from "../host-port.ts";
import { isSet, needed } from "../part-checks.ts";
import { cwdTlsField } from "../tls-config.ts";
import { sendResolvedField, templateField, type Integration } from "./integration.ts";

const threadingShape = {
  enabled: described(omitEmpty(booleanField(false)), "Whether mail about one group is shown as a thread."),
  thread_by_date: described(stringField(), "Whether each day begins a thread of its own: `daily` or `none`."),
} as const;

const shape = {
  send_resolved: sendResolvedField(false),
  to: described(stringField(), "Whom mail goes to; several addresses with commas between."),
  from: described(stringField(), "Who mail is from."),
  hello: described(stringField(), "The name that we greet the mail server with."),
  smarthost: described(hostPortField(), "The mail server, host:port."),
  auth_username: described(stringField(), "The user for CRAM-MD5, LOGIN and PLAIN."),
  auth_password: described(secretField(), "The password for LOGIN and PLAIN."),
  auth_password_file: described(stringField(), "The file that holds the password."),
  auth_secret: described(secretField(), "The secret for CRAM-MD5."),
  auth_secret_file: described(stringField(), "The file that holds the secret."),
  auth_identity: described(stringField(), "Whom the user acts for with PLAIN."),
  headers: described(headersField(), "Further headers, or others in place of those that mail has anyway."),
  html: described(templateField("email.default.html"), "The text as HTML."),
  text: described(stringField(), "The text without markup."),
  require_tls: described(optionalField(booleanField(true)), "Whether mail is sent only after STARTTLS."),
  tls_config: described(optionalField(cwdTlsField), "How the mail server is checked, and how we show ourselves."),
  force_implicit_tls: described(optionalField(booleanField(false)), "Whether TLS comes first; absent, it does on port 465."),
  threading: described(
    omitEmpty(unservedWhere(mappingField(threadingShape), ({ enabled }) => enabled, "threading")),
    "How mails are put into threads.",
  ),
} as const;

/** An entry of `email_configs`. */
export type EmailSection = ConfigOf<typeof shape>;

/** `email_configs` (config/notifiers.go `EmailConfig`). */
export const email: Integration<EmailSection> = {
  kind: "email",
  description: "Mail, by SMTP.",
  field: mappingField(shape, {
    checks: [needed("to", "missing to address in email config"), { of: ["headers", "threading"], check: checkThreading }],
  }),
  inherit: inheritSmtp,
};

/** Headers by their names as Go writes them: `X-My-Header`. Names that differ in case alone are one. */
function headersField(): Field<ReadonlyMap<string, string>> {
  return mappedField(
    mapField(stringField()),
    (given, report) => {
      const headers = new Map<string, string>();
      for (const [key, value] of given) {
        const name = canonicalHeader(key);
        if (headers.has(name)) report("", `duplicate header "${name}" in email config`);
        headers.set(name, value);
      }
      return headers;
    },
    (headers) => headers,
  );
}

/** What is no name of a header stays as it is (Go's textproto `CanonicalMIMEHeaderKey`). */
function canonicalHeader(name: string): string {
  if (!/^[-!#$%&'*+.^_`|~0-9A-Za-z]+$/.test(name)) return name;
  return name.toLowerCase().replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}

function checkThreading({ headers, threading }: EmailSection, report: Report): void {
  if (!threading.enabled) return;
  for (const name of ["References", "In-Reply-To"].filter((one) => headers.has(one)))
    report("headers", `conflicting configuration: threading.enabled conflicts with custom ${name} header`);
  if (!/^(?:none|daily)$/.test(threading.thread_by_date)) report("threading", "threading.thread_by_date must be either 'none' or 'daily'");
}

function inheritSmtp(section: EmailSection, global: GlobalSection, report: Report): EmailSection {
  const hasPassword = isSet(section.auth_password) || isSet(section.auth_password_file);
  const smarthost = section.smarthost || global.smtp_smarthost;
  if (smarthost === "") report("smarthost", "no global SMTP smarthost set");
  const from = section.from || global.smtp_from;
  if (from === "") report("from", "no global SMTP from set");
  return {
    ...section,
    smarthost,
    from,
    hello: section.hello || global.smtp_hello,
    auth_username: section.auth_username || global.smtp_auth_username,
    auth_password: hasPassword ? section.auth_password : global.smtp_auth_password,
    auth_password_file: hasPassword ? section.auth_password_file : global.smtp_auth_password_file,
    auth_secret: section.auth_secret ?? global.smtp_auth_secret,
    auth_secret_file: section.auth_secret_file || global.smtp_auth_secret_file,
    auth_identity: section.auth_identity || global.smtp_auth_identity,
    require_tls: section.require_tls ?? global.smtp_require_tls,
    tls_config: section.tls_config ?? global.smtp_tls_config,
    force_implicit_tls: section.force_implicit_tls ?? global.smtp_force_implicit_tls,
  };
}
