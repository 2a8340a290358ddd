import {
  booleanField,
  goDurationField,
  integerField,
  jsonSchema,
  listField,
  mapField,
  mappingField,
  optionalField,
  pathField,
  secretField,
  stringField,
  withCheck,
  type ConfigOf,
  type Field,
  type JsonSchema,
  type Report,
} from "@ferula/config";
import { TLS_VERSION_NAMES } from "../tls-versions.ts";
import { bcryptHashMistake } from "./basic-auth.ts";
import { asksForCertificate, CLIENT_AUTH_TYPES } from "./client-certificate.ts";
import { cipherField, curveField, wordField } from "./tls-names.ts";

/** The headers that may be set, with their values where not every one makes sense. */
const HEADER_VALUES: ReadonlyMap<string, readonly string[] | undefined> = new Map([
  ["Content-Security-Policy", undefined],
  ["X-Frame-Options", ["deny", "sameorigin"]],
  ["X-Content-Type-Options", ["nosniff"]],
  ["X-XSS-Protection", undefined],
  ["Strict-Transport-Security", undefined],
]);

const tlsShape = {
  cert_file: pathField(),
  key_file: pathField(),
  cert: stringField(),
  key: secretField(),
  client_ca_file: pathField(),
  client_ca: stringField(),
  client_auth_type: wordField(CLIENT_AUTH_TYPES, "", "invalid ClientAuth"),
  client_allowed_sans: optionalField(listField(stringField())),
  min_version: wordField(TLS_VERSION_NAMES, "TLS12", "unknown TLS version"),
  max_version: wordField(TLS_VERSION_NAMES, "TLS13", "unknown TLS version"),
  cipher_suites: listField(cipherField()),
  /** Without effect, in Go's servers too: they go by their own order. */
  prefer_server_cipher_suites: booleanField(true),
  curve_preferences: listField(curveField()),
} as const;

/** The section `tls_server_config`. */
export type TlsServerSection = ConfigOf<typeof tlsShape>;

/** Whether the section asks for TLS at all: an empty one, or one with versions only, does not. */
export function isTlsEnabled(tls: TlsServerSection): boolean {
  const texts = [tls.cert_file, tls.cert, tls.key_file, tls.client_ca_file, tls.client_ca, tls.client_auth_type];
  return texts.some((text) => text !== "") || tls.key !== undefined;
}

function checkPair(tls: TlsServerSection, report: Report): void {
  if (!isTlsEnabled(tls)) return;
  if (tls.cert_file === "" && tls.cert === "") report("cert_file", "missing one of cert or cert_file");
  if (tls.key_file === "" && tls.key === undefined) report("key_file", "missing one of key or key_file");
}

function checkAuthorities({ client_ca_file: file, client_ca: text, client_auth_type: type }: TlsServerSection, report: Report): void {
  if ((file === "" && text === "") || asksForCertificate(type)) return;
  report("client_auth_type", "client CA's have been configured without a Client Auth Policy");
}

function checkVersions({ min_version: min, max_version: max }: TlsServerSection, report: Report): void {
  if (min > max) report("min_version", `no supported versions satisfy MinVersion and MaxVersion: ${min} is above ${max}`);
}

const tlsField = mappingField(tlsShape, {
  checks: [
    { of: ["cert_file", "cert", "key_file", "key"], check: checkPair },
    { of: ["client_ca_file", "client_ca", "client_auth_type"], check: checkAuthorities },
    { of: ["min_version", "max_version"], check: checkVersions },
  ],
});

const headersField = withCheck(mapField(stringField()), (headers, report) => {
  for (const [name, value] of headers) {
    if (!HEADER_VALUES.has(name)) report(name, `HTTP header "${name}" can not be configured`);
    else if (HEADER_VALUES.get(name)?.includes(value) === false) report(name, headerMistake(name, value));
    // A browser would read what follows as a header of its own, and Node refuses to send it.
    else if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) report(name, `the value of ${name} holds characters that a header can't`);
  }
});

function headerMistake(name: string, value: string): string {
  const expected = (HEADER_VALUES.get(name) ?? []).map((one) => JSON.stringify(one)).join(" ");
  return `invalid value for ${name}. Expected one of: [${expected}], but got: ${JSON.stringify(value)}`;
}

/** The hashes are not shown in messages: they are the next best thing to passwords. */
const usersField = withCheck(mapField(stringField()), (users, report) => {
  for (const [user, hash] of users) {
    const mistake = bcryptHashMistake(hash);
    if (mistake !== undefined) report(user, mistake);
  }
});

/** The section `http_server_config`. HTTP/2 is offered to clients over TLS alone. */
interface HttpServerSection {
  readonly http2: boolean;
  readonly headers: ReadonlyMap<string, string>;
}

/** The section `rate_limit`, see `RateLimit`. */
interface RateLimitSection {
  readonly burst: number;
  /** Milliseconds. */
  readonly interval: number;
}

/** The section `rate_limit`; printed, its interval is a text such as `1s`. */
export const rateLimitField: Field<RateLimitSection> = mappingField({ burst: integerField(0), interval: goDurationField(0) });

/** The web configuration file that every service takes (exporter-toolkit's docs/web-configuration.md). */
export const webFileShape: {
  readonly tls_server_config: Field<TlsServerSection | undefined>;
  readonly http_server_config: Field<HttpServerSection>;
  readonly basic_auth_users: Field<ReadonlyMap<string, string>>;
  readonly rate_limit: Field<RateLimitSection>;
} = {
  tls_server_config: optionalField(tlsField),
  http_server_config: mappingField({ http2: booleanField(true), headers: headersField }),
  basic_auth_users: usersField,
  rate_limit: rateLimitField,
};

/** A web configuration file. */
export type WebFileConfig = ConfigOf<typeof webFileShape>;

/** The JSON Schema of a web configuration file, for editors. */
export function webFileSchema(): JsonSchema {
  return jsonSchema(webFileShape, "Web configuration");
}
