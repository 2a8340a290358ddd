import {
  booleanField,
  described,
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
  username: described(stringField(), "The name of the user."),
  username_file: described(pathField(), "The file that holds the name."),
  username_ref: described(stringField(), "The name's place in a store of secrets."),
  password: described(secretField(), "The password itself."),
  password_file: described(pathField(), "The file that holds the password."),
  password_ref: described(stringField(), "The password's place in a store of secrets."),
} as const;

const BEARER = "Bearer";

const authorizationTypeField = mappedField(
  stringField(BEARER),
  (type) => type.trim() || BEARER,
  (type) => type,
);

const authorizationShape = {
  type: described(authorizationTypeField, "The scheme that stands before the credentials."),
  credentials: described(secretField(), "The credentials themselves."),
  credentials_file: described(pathField(), "The file that holds the credentials."),
  credentials_ref: described(stringField(), "The credentials' place in a store of secrets."),
} as const;

const basicAuthField = mappingField(basicAuthShape);
const authorizationField = mappingField(authorizationShape);

const headerShape = {
  values: described(listField(stringField()), "Values in plain text."),
  secrets: described(listField(requiredField(secretField())), "Values that are never shown."),
  files: described(listField(pathField()), "Files that hold values."),
} as const;

/**
 * The fields by which every outgoing request can be configured (common/config `HTTPClientConfig`). They stand in a section of their own
 * (`http_config`) or among other fields, as in a scrape configuration: spread the shape, and check with `checkHttpConfig`.
 */
export const httpClientShape = {
  basic_auth: described(optionalField(namedField("basic_auth", () => basicAuthField)), "A user and a password for each request."),
  authorization: described(optionalField(namedField("authorization", () => authorizationField)), "The Authorization header of requests."),
  oauth2: described(optionalField(namedField("oauth2", () => oauth2Field)), "Gets tokens by OAuth 2.0; excludes other credentials."),
  bearer_token: described(secretField(), "A token for each request; `authorization` is the newer way."),
  bearer_token_file: described(pathField(), "The file that holds the token; `authorization` is the newer way."),
  tls_config: described(tlsClientField, "How the server is checked, and how we show ourselves."),
  follow_redirects: described(booleanField(true), "Whether the request goes on to where it is sent."),
  enable_http2: described(booleanField(true), "Whether HTTP/2 may be spoken."),
  ...proxyShape,
  http_headers: described(mapField(mappingField(headerShape)), "Further headers, each with its values."),
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
