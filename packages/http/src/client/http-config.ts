import {
  booleanField,
  enumField,
  listField,
  mapField,
  mappingField,
  omitEmpty,
  optionalField,
  pathField,
  requiredField,
  secretField,
  stringField,
  withCheck,
  type ConfigOf,
  type Field,
  type Report,
} from "@ferula/config";
import { notYet } from "../not-yet.ts";
import { TLS_VERSION_NAMES } from "../tls-versions.ts";

const TLS_VERSIONS = ["", ...TLS_VERSION_NAMES] as const;

/** How a client checks a server, and shows itself. */
export const tlsClientShape = {
  ca: stringField(),
  ca_file: pathField(),
  cert: stringField(),
  cert_file: pathField(),
  key: secretField(),
  key_file: pathField(),
  server_name: stringField(),
  insecure_skip_verify: booleanField(false),
  min_version: enumField(TLS_VERSIONS, ""),
  max_version: enumField(TLS_VERSIONS, ""),
} as const;

/** The section `tls_config`. */
export type TlsClientConfig = ConfigOf<typeof tlsClientShape>;

const basicAuthShape = {
  username: stringField(),
  username_file: pathField(),
  password: secretField(),
  password_file: pathField(),
} as const;
const authorizationShape = { type: stringField("Bearer"), credentials: secretField(), credentials_file: pathField() } as const;
const headerShape = {
  values: listField(stringField()),
  secrets: listField(requiredField(secretField())),
  files: listField(pathField()),
} as const;

/** Shown only when something in it was set, as upstream does. */
const tlsClientField: Field<TlsClientConfig> = {
  ...mappingField(tlsClientShape),
  print(tls) {
    const printed = mappingField(tlsClientShape).print(tls) as Readonly<Record<string, unknown>>;
    return Object.keys(printed).length === 1 && !tls.insecure_skip_verify ? undefined : printed;
  },
};

/**
 * The fields by which every outgoing request can be configured (common/config `HTTPClientConfig`). They stand in a section of their own
 * (`http_config`) or among other fields, as in a scrape configuration: spread the shape, and check with `checkHttpConfig`.
 */
export const httpClientShape = {
  basic_auth: optionalField(mappingField(basicAuthShape)),
  authorization: optionalField(mappingField(authorizationShape)),
  bearer_token: secretField(),
  bearer_token_file: pathField(),
  oauth2: notYet(),
  tls_config: tlsClientField,
  proxy_url: notYet(),
  no_proxy: notYet(),
  proxy_from_environment: omitEmpty(booleanField(false)),
  proxy_connect_header: notYet(),
  follow_redirects: booleanField(true),
  enable_http2: booleanField(true),
  http_headers: mapField(mappingField(headerShape)),
} as const;

/** What is in the section; see `httpClientShape`. */
export type HttpClientConfig = ConfigOf<typeof httpClientShape>;

/** Headers that belong to the client itself. */
const RESERVED: ReadonlySet<string> = new Set(
  "Authorization Host Content-Encoding Content-Length Content-Type User-Agent Connection Keep-Alive Proxy-Authenticate Proxy-Authorization Www-Authenticate Accept-Encoding X-Prometheus-Remote-Write-Version X-Prometheus-Remote-Read-Version X-Prometheus-Scrape-Timeout-Seconds X-Amz-Date X-Amz-Security-Token X-Amz-Content-Sha256"
    .toLowerCase()
    .split(" "),
);

/** What may not stand together, in upstream's words. */
export function checkHttpConfig(config: HttpClientConfig, report: Report): void {
  const { basic_auth: basic, authorization, bearer_token: token, bearer_token_file: tokenFile, tls_config: tls } = config;
  const hasToken = token !== undefined || tokenFile !== "";
  if (token !== undefined && tokenFile !== "") report("bearer_token", "at most one of bearer_token & bearer_token_file must be configured");
  if (basic !== undefined && hasToken)
    report("basic_auth", "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured");
  if (authorization !== undefined && hasToken)
    report("authorization", "authorization is not compatible with bearer_token & bearer_token_file");
  if (authorization !== undefined && basic !== undefined)
    report("basic_auth", "at most one of basic_auth, oauth2 & authorization must be configured");
  if (authorization?.type.toLowerCase() === "basic")
    report("authorization", 'authorization type cannot be set to "basic", use "basic_auth" instead');
  if (authorization?.credentials !== undefined && authorization.credentials_file !== "") {
    report("authorization", "at most one of authorization credentials & credentials_file must be configured");
  }
  if (basic?.password !== undefined && basic.password_file !== "")
    report("basic_auth", "at most one of basic_auth password & password_file must be configured");
  if (basic !== undefined && basic.username !== "" && basic.username_file !== "") {
    report("basic_auth", "at most one of basic_auth username & username_file must be configured");
  }
  if (tls.ca !== "" && tls.ca_file !== "") report("tls_config", "at most one of ca and ca_file must be configured");
  if (tls.cert !== "" && tls.cert_file !== "") report("tls_config", "at most one of cert and cert_file must be configured");
  if (tls.key !== undefined && tls.key_file !== "") report("tls_config", "at most one of key and key_file must be configured");
  const hasCert = tls.cert !== "" || tls.cert_file !== "";
  const hasKey = tls.key !== undefined || tls.key_file !== "";
  if (hasCert && !hasKey) report("tls_config", "exactly one of key or key_file must be configured when a client certificate is configured");
  if (hasKey && !hasCert) report("tls_config", "exactly one of cert or cert_file must be configured when a client key is configured");
  if (config.proxy_from_environment) report("proxy_from_environment", "is not supported yet");
  for (const name of config.http_headers.keys()) {
    if (RESERVED.has(name.toLowerCase())) report("http_headers", `setting header "${name}" is not allowed`);
  }
}

/** A section `http_config`. */
export const httpClientField: Field<HttpClientConfig> = withCheck(mappingField(httpClientShape), checkHttpConfig);
