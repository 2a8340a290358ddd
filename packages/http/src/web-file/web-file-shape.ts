import {
  booleanField,
  enumField,
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
  type Report,
} from "@ferula/config";
import { notYet } from "../not-yet.ts";
import { TLS_VERSION_NAMES } from "../tls-versions.ts";
import { isBcryptHash } from "./basic-auth.ts";

/** How far a client must prove who it is (Go's tls.ClientAuthType). */
const CLIENT_AUTH_TYPES = [
  "",
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  // An old name of the one before.
  "RequireClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const;

const MANDATORY: ReadonlySet<string> = new Set(["RequireAnyClientCert", "RequireClientCert", "RequireAndVerifyClientCert"]);

/** The headers that may be set, with their values where not every one makes sense. */
const HEADER_VALUES: ReadonlyMap<string, readonly string[] | undefined> = new Map([
  ["Content-Security-Policy", undefined],
  ["X-Frame-Options", ["", "deny", "sameorigin"]],
  ["X-Content-Type-Options", ["", "nosniff"]],
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
  client_auth_type: enumField(CLIENT_AUTH_TYPES, ""),
  client_allowed_sans: listField(stringField()),
  min_version: enumField(TLS_VERSION_NAMES, "TLS12"),
  max_version: enumField(TLS_VERSION_NAMES, "TLS13"),
  prefer_server_cipher_suites: booleanField(true),
  cipher_suites: notYet(),
  curve_preferences: notYet(),
} as const;

/** The section `tls_server_config`. */
export type TlsServerSection = ConfigOf<typeof tlsShape>;

/** Whether the section asks for TLS at all: an empty one, or one with versions only, does not. */
export function isTlsEnabled(tls: TlsServerSection): boolean {
  const texts = [tls.cert_file, tls.cert, tls.key_file, tls.client_ca_file, tls.client_ca, tls.client_auth_type];
  return texts.some((text) => text !== "") || tls.key !== undefined;
}

function checkTls(tls: TlsServerSection, report: Report): void {
  if (!isTlsEnabled(tls)) return;
  if (tls.cert_file === "" && tls.cert === "") report("cert_file", "missing one of cert or cert_file");
  if (tls.key_file === "" && tls.key === undefined) report("key_file", "missing one of key or key_file");
  const isAsking = tls.client_auth_type !== "" && tls.client_auth_type !== "NoClientCert";
  if ((tls.client_ca_file !== "" || tls.client_ca !== "") && !isAsking) {
    report("client_auth_type", "client CA's have been configured without a Client Auth Policy");
  }
  if (tls.client_allowed_sans.length > 0 && !MANDATORY.has(tls.client_auth_type)) {
    report(
      "client_allowed_sans",
      "client_allowed_sans requires client_auth_type to be one of RequireAnyClientCert or RequireAndVerifyClientCert",
    );
  }
  if (tls.min_version > tls.max_version) report("min_version", `min_version ${tls.min_version} is above max_version ${tls.max_version}`);
}

const headersField = withCheck(mapField(stringField()), (headers, report) => {
  for (const [name, value] of headers) {
    if (!HEADER_VALUES.has(name)) report(name, `HTTP header "${name}" can not be configured`);
    else if (HEADER_VALUES.get(name)?.includes(value.toLowerCase()) === false) report(name, `invalid value for ${name}: "${value}"`);
    // A browser would read what follows as a header of its own, and Node refuses to send it.
    else if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) report(name, `the value of ${name} holds characters that a header can't`);
  }
});

/** The hashes are not shown in messages: they are the next best thing to passwords. */
const usersField = withCheck(mapField(stringField()), (users, report) => {
  for (const [user, hash] of users) if (!isBcryptHash(hash)) report(user, `the password of ${user} is not a bcrypt hash`);
});

/** The section `http_server_config`. HTTP/2 is an offer to clients that we don't make; they all speak HTTP/1.1. */
interface HttpServerSection {
  readonly http2: boolean;
  readonly headers: ReadonlyMap<string, string>;
}

/** The web configuration file that every service takes (exporter-toolkit's docs/web-configuration.md). */
export const webFileShape: {
  readonly tls_server_config: Field<TlsServerSection | undefined>;
  readonly http_server_config: Field<HttpServerSection>;
  readonly basic_auth_users: Field<ReadonlyMap<string, string>>;
  readonly rate_limit: Field<undefined>;
} = {
  tls_server_config: optionalField(mappingField(tlsShape, { check: checkTls })),
  http_server_config: mappingField({ http2: booleanField(true), headers: headersField }),
  basic_auth_users: usersField,
  rate_limit: notYet(),
};

/** A web configuration file. */
export type WebFileConfig = ConfigOf<typeof webFileShape>;
