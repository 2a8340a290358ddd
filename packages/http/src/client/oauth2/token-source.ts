import type { Secret } from "@ferula/config";
import { secretText, type Authorize } from "../configured-headers.ts";
import { JWT_BEARER, type OAuth2Config } from "../config/oauth2-config.ts";
import { readFileText, refuseReference } from "../file-text.ts";
import { tokenRequest, type PostForm, type RequestToken } from "./token-request.ts";

/** Before its end a token counts as expired, for clocks that differ (x/oauth2 `defaultExpiryDelta`). */
const EXPIRY_MARGIN_MS = 10_000;

/** A token that is kept. */
interface KeptToken {
  readonly header: string;
  /** Milliseconds since 1970; Infinity for a token without end. */
  readonly goodUntilMs: number;
}

/** Tokens that one secret has brought. */
interface Kept {
  readonly credential: string;
  readonly request: RequestToken;
  token: KeptToken | undefined;
  /** Requests that come while a token is fetched wait for that one. */
  fetching: Promise<KeptToken> | undefined;
}

/**
 * Makes Authorization headers with tokens of OAuth 2: fetched at the first request, kept until they expire, and fetched anew when the file
 * of the secret has changed. Throws HttpClientError where the secret is to come from a store of secrets.
 */
export function createTokenSource(oauth2: OAuth2Config, post: PostForm): Authorize {
  const readSecret = secretReader(oauth2);
  let kept: Kept | undefined;
  return async (signal) => {
    const credential = await readSecret();
    if (kept?.credential !== credential)
      kept = { credential, request: tokenRequest(oauth2, credential, post), token: undefined, fetching: undefined };
    const { token } = kept;
    if (token !== undefined && Date.now() < token.goodUntilMs) return token.header;
    return (await unlessAborted(fetchToken(kept), signal)).header;
  };
}

function fetchToken(kept: Kept): Promise<KeptToken> {
  kept.fetching ??= (async () => {
    try {
      const { type, text, lifetimeSeconds } = await kept.request();
      const goodUntilMs = lifetimeSeconds === 0 ? Infinity : Date.now() + lifetimeSeconds * 1000 - EXPIRY_MARGIN_MS;
      kept.token = { header: `${type} ${text}`, goodUntilMs };
      return kept.token;
    } finally {
      kept.fetching = undefined;
    }
  })();
  return kept.fetching;
}

/** The token is for all who wait: one of them that gives up doesn't end it. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener("abort", stop);
  }
}

function secretReader(oauth2: OAuth2Config): () => Promise<string> {
  return oauth2.grant_type === JWT_BEARER
    ? reader("client certificate", oauth2.client_certificate_key, oauth2.client_certificate_key_file, oauth2.client_certificate_key_ref)
    : reader("client secret", oauth2.client_secret, oauth2.client_secret_file, oauth2.client_secret_ref);
}

function reader(what: string, inline: Secret | undefined, file: string, reference: string): () => Promise<string> {
  refuseReference(what, reference);
  if (inline === undefined && file !== "") return () => readFileText("unable to read oauth2 client secret: unable to read file", file);
  const text = secretText(inline);
  return () => Promise.resolve(text);
}
