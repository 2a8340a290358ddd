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
} from "@ferula/config";

/** How far a client must prove who it is (Go's tls.ClientAuthType). */
const CLIENT_AUTH_TYPES = [
  "",
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  "RequireClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const;

const TLS_VERSIONS = ["TLS10", "TLS11", "TLS12", "TLS13"] as const;

const HEADER_VALUES: ReadonlyMap<string, readonly string[] | undefined> = new Map([
  ["Content-Security-Policy", undefined],
  ["X-Frame-Options", ["", "deny", "sameorigin"]],
  ["X-Content-Type-Options", ["", "nosniff"]],
  ["X-XSS-Protection", undefined],
  ["Strict-Transport-Security", undefined],
]);

/** A key that is known but not served yet is refused: a limit that is silently not kept is worse than none. */
function notYet(): Field<unknown> {
  return {
    schema: () => ({}),
    print: () => undefined,
    read(at) {
      if (at.node !== undefined) at.source.report(at, "is not supported yet");
      return undefined;
    },
  };
}

const tlsShape = {
  cert_file: pathField(),
  key_file: pathField(),
  cert: stringField(),
  key: secretField(),
  client_ca_file: pathField(),
  client_ca: stringField(),
  client_auth_type: enumField(CLIENT_AUTH_TYPES, ""),
  client_allowed_sans: listField(stringField()),
  min_version: enumField(TLS_VERSIONS, "TLS12"),
  max_version: enumField(TLS_VERSIONS, "TLS13"),
  prefer_server_cipher_suites: booleanField(true),
  cipher_suites: notYet(),
  curve_preferences: notYet(),
} as const;

type TlsSection = ConfigOf<typeof tlsShape>;

const VERIFYING: ReadonlySet<string> = new Set(["VerifyClientCertIfGiven", "RequireAndVerifyClientCert"]);

const tlsField: Field<TlsSection> = withCheck(mappingField(tlsShape), (tls, report) => {
  if (tls.cert_file === "" && tls.cert === "") report("cert_file", "missing one of cert or cert_file");
  if (tls.key_file === "" && tls.key === undefined) report("key_file", "missing one of key or key_file");
  if (tls.cert_file !== "" && tls.cert !== "") report("cert", "at most one of cert & cert_file must be configured");
  if (tls.key_file !== "" && tls.key !== undefined) report("key", "at most one of key & key_file must be configured");
  const hasCa = tls.client_ca_file !== "" || tls.client_ca !== "";
  if (hasCa && !VERIFYING.has(tls.client_auth_type))
    report("client_auth_type", "client CA's have been configured without a Client Auth Policy");
  if (VERIFYING.has(tls.client_auth_type) && !hasCa)
    report("client_ca_file", `${tls.client_auth_type} needs one of client_ca or client_ca_file`);
  if (tls.client_allowed_sans.length > 0 && tls.client_auth_type !== "RequireAndVerifyClientCert") {
    report("client_allowed_sans", "client_allowed_sans needs client_auth_type RequireAndVerifyClientCert");
  }
});

const headersField = withCheck(mapField(stringField()), (headers, report) => {
  for (const [name, value] of headers) {
    if (!HEADER_VALUES.has(name)) report(name, `HTTP header "${name}" can not be configured`);
    else if (HEADER_VALUES.get(name)?.includes(value.toLowerCase()) === false) report(name, `invalid value for ${name}: "${value}"`);
  }
});

const usersField = withCheck(mapField(stringField()), (users, report) => {
  for (const [user, hash] of users)
    if (!/^\$2[abxy]?\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash)) report(user, `the password of ${user} is not a bcrypt hash`);
});

/** The web configuration file that every service takes (exporter-toolkit's docs/web-configuration.md). */
export const webFileShape: {
  readonly tls_server_config: Field<TlsSection | undefined>;
  readonly http_server_config: Field<{ readonly http2: boolean; readonly headers: ReadonlyMap<string, string> }>;
  readonly basic_auth_users: Field<ReadonlyMap<string, string>>;
  readonly rate_limit: Field<unknown>;
} = {
  tls_server_config: optionalField(tlsField),
  http_server_config: mappingField({ http2: booleanField(true), headers: headersField }),
  basic_auth_users: usersField,
  rate_limit: notYet(),
};

export type WebFileConfig = ConfigOf<typeof webFileShape>;
export type TlsServerSection = TlsSection;
