import {
  anyField,
  listField,
  mapField,
  mappingField,
  pathField,
  secretField,
  stringField,
  withCheck,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { givenCount } from "./given-count.ts";
import { checkProxyConfig, proxyShape } from "./proxy-config.ts";
import { tlsClientField } from "./tls-config.ts";

/** RFC 7523, section 2.1: a signed assertion stands in for a secret. Any other grant type is that of client credentials. */
export const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

const SIGNATURE_ALGORITHMS: ReadonlySet<string> = new Set(["RS256", "RS384", "RS512"]);

/** A claim may be false or 0: only what isn't there is left out. */
const claimField: Field<unknown> = { ...anyField(), print: (value) => value };

const oauth2Shape = {
  client_id: stringField(),
  client_secret: secretField(),
  client_secret_file: pathField(),
  client_secret_ref: stringField(),
  client_certificate_key_id: stringField(),
  client_certificate_key: secretField(),
  // Upstream opens it from the working directory: its `SetDirectory` leaves this one out.
  client_certificate_key_file: stringField(),
  client_certificate_key_ref: stringField(),
  grant_type: stringField(),
  signature_algorithm: stringField(),
  iss: stringField(),
  audience: stringField(),
  claims: mapField(claimField),
  scopes: listField(stringField()),
  token_url: stringField(),
  endpoint_params: mapField(stringField()),
  tls_config: tlsClientField,
  ...proxyShape,
} as const;

/** The section `oauth2`: where tokens come from, and for whom. */
export type OAuth2Config = ConfigOf<typeof oauth2Shape>;

/** A section `oauth2`. What it must hold is checked by `checkOAuth2`, with the section around it. */
export const oauth2Field: Field<OAuth2Config> = withCheck(mappingField(oauth2Shape), checkProxyConfig);

/** What an `oauth2` must hold, in upstream's words (common/config `HTTPClientConfig.Validate`). */
export function checkOAuth2(oauth2: OAuth2Config, report: (reason: string) => void): void {
  if (oauth2.client_id === "") report("oauth2 client_id must be configured");
  if (oauth2.token_url === "") report("oauth2 token_url must be configured");
  if (oauth2.grant_type === JWT_BEARER) checkJwtGrant(oauth2, report);
  else if (givenCount(oauth2.client_secret, oauth2.client_secret_file, oauth2.client_secret_ref) > 1)
    report(
      "at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be configured using grant-type=client_credentials",
    );
}

function checkJwtGrant(oauth2: OAuth2Config, report: (reason: string) => void): void {
  const { client_certificate_key: key, client_certificate_key_file: file, client_certificate_key_ref: ref } = oauth2;
  if (givenCount(key, file, ref) > 1)
    report(
      `at most one of oauth2 client_certificate_key, client_certificate_key_file & client_certificate_key_ref must be configured using grant-type=${JWT_BEARER}`,
    );
  if (oauth2.signature_algorithm !== "" && !SIGNATURE_ALGORITHMS.has(oauth2.signature_algorithm))
    report("valid signature algorithms are RS256, RS384 and RS512");
}
