import type { Clock } from "@ferula/durations";
import type { Logger } from "@ferula/logging";
import { record, text, type Read } from "../../json/shape.ts";

/** What requests are signed with. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** "" for keys that are no session's. */
  readonly sessionToken: string;
  /** When they end, in milliseconds since 1970; infinite for those that don't. */
  readonly expiresMs: number;
}

/** Gives credentials that are valid now. Rejects with why there are none. */
export type CredentialSource = (signal: AbortSignal) => Promise<Credentials>;

/** So long before they end credentials are renewed: what is signed with them has to arrive in time. */
const RENEW_BEFORE_MS = 300_000;

/** Credentials that don't change. */
export function staticCredentials(accessKeyId: string, secretAccessKey: string, sessionToken: string): CredentialSource {
  const credentials = { accessKeyId, secretAccessKey, sessionToken, expiresMs: Number.POSITIVE_INFINITY };
  return () => Promise.resolve(credentials);
}

/** Asks `source` only when the credentials that it gave are about to end. While it fails, they serve to their last moment. */
export function cachedCredentials(source: CredentialSource, clock: Clock, logger: Logger): CredentialSource {
  let known: Credentials | undefined;
  return async (signal) => {
    if (known !== undefined && clock.nowMs() < known.expiresMs - RENEW_BEFORE_MS) return known;
    try {
      known = await source(signal);
    } catch (error) {
      if (known === undefined || clock.nowMs() >= known.expiresMs) throw error;
      logger.warn("Cannot renew AWS credentials; those that end soon still serve", { err: error });
    }
    return known;
  };
}

const credentialsShape = record({ AccessKeyId: text, SecretAccessKey: text, Token: text, Expiration: text });

/** Reads credentials as the instance metadata service and that of containers write them. Fails when they are not whole. */
export const readCredentials: Read<Credentials> = (value, path) => {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = credentialsShape(value, path);
  return checkedCredentials(AccessKeyId, SecretAccessKey, Token, Expiration);
};

/** Credentials of a session, `expiration` in RFC 3339 or "" for those without end. Fails when they are not whole. */
export function checkedCredentials(accessKeyId: string, secretAccessKey: string, sessionToken: string, expiration: string): Credentials {
  if (accessKeyId === "" || secretAccessKey === "") throw new Error("the answer holds no credentials");
  const expiresMs = expiration === "" ? Number.POSITIVE_INFINITY : Date.parse(expiration);
  if (Number.isNaN(expiresMs)) throw new Error(`the credentials' end ${JSON.stringify(expiration.slice(0, 40))} is no time`);
  return { accessKeyId, secretAccessKey, sessionToken, expiresMs };
}
