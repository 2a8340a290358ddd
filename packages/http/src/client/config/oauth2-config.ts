import {
  anyField,
  described,
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
import { redactUrl } from "@ferula/go-url";
import { givenCount } from "./given-count.ts";
import { checkProxyConfig, proxyShape } from "./proxy-config.ts";
import { tlsClientField } from "./tls-config.ts";

/** RFC 7523, section 2.1: a signed assertion stands in for a secret. Any other grant type is that of client credentials. */
export const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

const SIGNATURE_ALGORITHMS: ReadonlySet<string> = new Set(["RS256", "RS384", "RS512"]);

/** A claim may be false or 0: only what isn't there is left out. */
const claimField: Field<unknown> = { ...anyField(), print: (value) => value };

/** It may hold a password, which is not printed; upstream prints it. */
const tokenUrlField: Field<string> = { ...stringField(), print: (url) => (url === "" ? undefined : redactUrl(url)) };

const oauth2Shape = {
  client_id: described(stringField(), "The name that we are known by."),
  client_secret: described(secretField(), "The secret that goes with it."),
  client_secret_file: described(pathField(), "The file that holds the secret."),
  client_secret_ref: described(stringField(), "The secret's place in a store of secrets."),
  client_certificate_key_id: described(stringField(), "The ID of the key that assertions are signed with."),
  client_certificate_key: described(secretField(), "The private key that assertions are signed with, as PEM."),
  // Upstream opens it from the working directory: its `SetDirectory` leaves this one out.
  client_certificate_key_file: described(stringField(), "The file that holds the private key."),
  client_certificate_key_ref: described(stringField(), "The private key's place in a store of secrets."),
  grant_type: described(stringField(), "How a token is asked for: by the secret, or by a signed assertion (RFC 7523)."),
  signature_algorithm: described(stringField(), "How assertions are signed: RS256, RS384 or RS512."),
  iss: described(stringField(), "Who issues the assertion; empty is the client."),
  audience: described(stringField(), "Whom the assertion is meant for; empty is the token URL."),
  claims: described(mapField(claimField), "Further claims of the assertion."),
  scopes: described(listField(stringField()), "What the token shall allow."),
  token_url: described(tokenUrlField, "Where tokens are asked for."),
  endpoint_params: described(mapField(stringField()), "Further parameters of the request for a token."),
  tls_config: described(tlsClientField, "How the token server is checked, and how we show ourselves."),
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
