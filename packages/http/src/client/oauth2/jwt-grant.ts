import { createPrivateKey, randomUUID, sign, type KeyObject } from "node:crypto";
import { JWT_BEARER, type OAuth2Config } from "../config/oauth2-config.ts";
import { HttpClientError } from "../http-client-error.ts";

/** As long is an assertion good for. */
const LIFETIME_SECONDS = 600;

const DIGESTS: Readonly<Record<string, string>> = { RS256: "RSA-SHA256", RS384: "RSA-SHA384", RS512: "RSA-SHA512" };

/**
 * The form that asks for a token by an assertion signed with `keyText`, an RSA key in PEM (RFC 7523, section 2.1; common/config
 * `jwtSource.Token`). Throws HttpClientError when the key can't be used.
 */
export function assertionForm(oauth2: OAuth2Config, keyText: string, nowMs: number): URLSearchParams {
  const scopes = oauth2.scopes.join(" ");
  const form = new URLSearchParams({ grant_type: JWT_BEARER, assertion: signedAssertion(oauth2, scopes, readKey(keyText), nowMs) });
  if (scopes !== "") form.set("scope", scopes);
  return form;
}

function signedAssertion(oauth2: OAuth2Config, scopes: string, key: KeyObject, nowMs: number): string {
  const algorithm = oauth2.signature_algorithm || "RS256";
  const nowSeconds = Math.floor(nowMs / 1000);
  const claims = {
    iss: oauth2.iss || oauth2.client_id,
    sub: oauth2.client_id,
    jti: randomUUID(),
    aud: oauth2.audience || oauth2.token_url,
    iat: nowSeconds,
    exp: nowSeconds + LIFETIME_SECONDS,
    ...(scopes === "" ? {} : { scope: scopes }),
    ...Object.fromEntries(oauth2.claims),
  };
  const keyId = oauth2.client_certificate_key_id;
  const header = { alg: algorithm, ...(keyId === "" ? {} : { kid: keyId }), typ: "JWT" };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${signed}.${sign(DIGESTS[algorithm], Buffer.from(signed), key).toString("base64url")}`;
}

/** In the words of golang-jwt: what OpenSSL says may tell of the key. */
function readKey(text: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch {
    throw new HttpClientError("request", "invalid key: Key must be a PEM encoded PKCS1 or PKCS8 private key");
  }
  if (key.asymmetricKeyType !== "rsa") throw new HttpClientError("request", "key is not a valid RSA private key");
  return key;
}
