import {
  booleanField,
  listField,
  mapField,
  mappedField,
  mappingField,
  namedField,
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
import { givenCount } from "./given-count.ts";
import { checkHeaderNames } from "./header-names.ts";
import { checkOAuth2, oauth2Field } from "./oauth2-config.ts";
import { checkProxyConfig, proxyShape } from "./proxy-config.ts";
import { tlsClientField } from "./tls-config.ts";

const basicAuthShape = {
  username: stringField(),
  username_file: pathField(),
  username_ref: stringField(),
  password: secretField(),
  password_file: pathField(),
  password_ref: stringField(),
} as const;

const BEARER = "Bearer";

const authorizationShape = {
  type: mappedField(
    stringField(BEARER),
    (type) => type.trim() || BEARER,
    (type) => type,
  ),
  credentials: secretField(),
  credentials_file: pathField(),
  credentials_ref: stringField(),
} as const;

const basicAuthField = mappingField(basicAuthShape);
const authorizationField = mappingField(authorizationShape);

const headerShape = {
  values: listField(stringField()),
  secrets: listField(requiredField(secretField())),
  files: listField(pathField()),
} as const;

/**
 * The fields by which every outgoing request can be configured (common/config `HTTPClientConfig`). They stand in a section of their own
 * (`http_config`) or among other fields, as in a scrape configuration: spread the shape, and check with `checkHttpConfig`.
 */
export const httpClientShape = {
  basic_auth: optionalField(namedField("basic_auth", () => basicAuthField)),
  authorization: optionalField(namedField("authorization", () => authorizationField)),
  oauth2: optionalField(namedField("oauth2", () => oauth2Field)),
  bearer_token: secretField(),
  bearer_token_file: pathField(),
  tls_config: tlsClientField,
  follow_redirects: booleanField(true),
  enable_http2: booleanField(true),
  ...proxyShape,
  http_headers: mapField(mappingField(headerShape)),
} as const;

/** What is in the section; see `httpClientShape`. After `checkHttpConfig` there is no `bearer_token` and no `bearer_token_file`. */
export type HttpClientConfig = ConfigOf<typeof httpClientShape>;

/**
 * What may not stand together, in upstream's words. The old way to give a token is turned into an `authorization`, in place, as upstream
 * does: so it is also shown.
 */
export function checkHttpConfig(config: HttpClientConfig, report: Report): void {
  const { basic_auth: basic, authorization, oauth2, bearer_token: token, bearer_token_file: tokenFile } = config;
  const tokenCount = givenCount(token, tokenFile);
  if (tokenCount > 1) report("bearer_token", "at most one of bearer_token & bearer_token_file must be configured");
  if ((basic !== undefined || oauth2 !== undefined) && tokenCount > 0)
    report(
      basic === undefined ? "oauth2" : "basic_auth",
      "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured",
    );
  if (authorization !== undefined && tokenCount > 0)
    report("authorization", "authorization is not compatible with bearer_token & bearer_token_file");
  if ([basic, authorization, oauth2].filter((way) => way !== undefined).length > 1)
    report(basic === undefined ? "oauth2" : "basic_auth", "at most one of basic_auth, oauth2 & authorization must be configured");
  if (basic !== undefined) checkBasicAuth(basic, report);
  if (authorization !== undefined) checkAuthorization(authorization, report);
  if (oauth2 !== undefined) checkOAuth2(oauth2, (reason) => report("oauth2", reason));
  checkProxyConfig(config, report);
  checkHeaderNames(config.http_headers.keys(), report);
  if (authorization === undefined && tokenCount > 0) moveToken(config);
}

function checkBasicAuth(basic: ConfigOf<typeof basicAuthShape>, report: Report): void {
  if (givenCount(basic.username, basic.username_file, basic.username_ref) > 1)
    report("basic_auth", "at most one of basic_auth username, username_file & username_ref must be configured");
  if (givenCount(basic.password, basic.password_file, basic.password_ref) > 1)
    report("basic_auth", "at most one of basic_auth password, password_file & password_ref must be configured");
}

function checkAuthorization(authorization: ConfigOf<typeof authorizationShape>, report: Report): void {
  if (givenCount(authorization.credentials, authorization.credentials_file, authorization.credentials_ref) > 1)
    report("authorization", "at most one of authorization credentials & credentials_file must be configured");
  if (authorization.type.toLowerCase() === "basic")
    report("authorization", 'authorization type cannot be set to "basic", use "basic_auth" instead');
}

function moveToken(config: { -readonly [K in keyof HttpClientConfig]: HttpClientConfig[K] }): void {
  config.authorization = {
    type: BEARER,
    credentials: config.bearer_token,
    credentials_file: config.bearer_token_file,
    credentials_ref: "",
  };
  config.bearer_token = undefined;
  config.bearer_token_file = "";
}

/** A section `http_config`. */
export const httpClientField: Field<HttpClientConfig> = namedField("http_config", () => checkedField);

const checkedField = withCheck(mappingField(httpClientShape), checkHttpConfig);
