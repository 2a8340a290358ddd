import {
  booleanField,
  described,
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
  wordField,
  type ConfigOf,
  type Field,
  type JsonSchema,
  type Report,
} from "@ferula/config";
import { TLS_VERSION_NAMES } from "../tls-versions.ts";
import { bcryptHashMistake } from "./basic-auth.ts";
import { asksForCertificate, CLIENT_AUTH_TYPES } from "./client-certificate.ts";
import { cipherField, curveField } from "./tls-names.ts";

/** The headers that may be set, with their values where not every one makes sense. */
const HEADER_VALUES: ReadonlyMap<string, readonly string[] | undefined> = new Map([
  ["Content-Security-Policy", undefined],
  ["X-Frame-Options", ["deny", "sameorigin"]],
  ["X-Content-Type-Options", ["nosniff"]],
  ["X-XSS-Protection", undefined],
  ["Strict-Transport-Security", undefined],
]);

const tlsShape = {
  cert_file: described(pathField(), "The file that holds the server's certificate."),
  key_file: described(pathField(), "The file that holds the private key."),
  cert: described(stringField(), "The server's certificate, as PEM."),
  key: described(secretField(), "The private key, as PEM."),
  client_ca_file: described(pathField(), "The file that holds the authorities which sign clients' certificates."),
  client_ca: described(stringField(), "The authorities which sign clients' certificates, as PEM."),
  client_auth_type: described(
    wordField(CLIENT_AUTH_TYPES, "", (word) => `invalid ClientAuth: ${word}`),
    "Whether clients must show a valid certificate.",
  ),
  client_allowed_sans: described(optionalField(listField(stringField())), "Names of which a client's certificate must hold one."),
  min_version: described(
    wordField(TLS_VERSION_NAMES, "TLS12", (word) => `unknown TLS version: ${word}`),
    "The oldest TLS version that is spoken.",
  ),
  max_version: described(
    wordField(TLS_VERSION_NAMES, "TLS13", (word) => `unknown TLS version: ${word}`),
    "The newest TLS version that is spoken.",
  ),
  cipher_suites: described(listField(cipherField()), "The cipher suites that may be used up to TLS 1.2; empty is all that are safe."),
  prefer_server_cipher_suites: described(booleanField(true), "Without effect, in Go's servers too: they go by their own order."),
  curve_preferences: described(listField(curveField()), "The curves that may be used, in this order; empty leaves it to the server."),
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
export const rateLimitField: Field<RateLimitSection> = mappingField({
  burst: described(integerField(0), "How many requests may come at once."),
  interval: described(goDurationField(0), "How often one more request is let in; 0 lets in all."),
});

const httpServerField = mappingField({
  http2: described(booleanField(true), "Whether clients may speak HTTP/2, which they do over TLS alone."),
  headers: described(headersField, "Headers of every answer; only those for the safety of browsers."),
});

/** The web configuration file that every service takes (exporter-toolkit's docs/web-configuration.md). */
export const webFileShape: {
  readonly tls_server_config: Field<TlsServerSection | undefined>;
  readonly http_server_config: Field<HttpServerSection>;
  readonly basic_auth_users: Field<ReadonlyMap<string, string>>;
  readonly rate_limit: Field<RateLimitSection>;
} = {
  tls_server_config: described(optionalField(tlsField), "The certificate of the server, and what it asks of clients; absent, TLS is off."),
  http_server_config: described(httpServerField, "How answers are sent."),
  basic_auth_users: described(usersField, "Who may come in: names, and bcrypt hashes of passwords."),
  rate_limit: described(rateLimitField, "How many requests are let in."),
};

/** A web configuration file. */
export type WebFileConfig = ConfigOf<typeof webFileShape>;

/** The JSON Schema of a web configuration file, for editors. */
export function webFileSchema(): JsonSchema {
  return jsonSchema(webFileShape, "Web configuration");
}
