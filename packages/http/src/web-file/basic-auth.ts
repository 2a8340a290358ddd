import { createHmac, randomBytes } from "node:crypto";
import bcrypt from "bcryptjs";

/** A hash of nothing anybody knows: what an unknown user's password is compared with, so that both take as long. */
const NOBODY = "$2b$10$ThisHashBelongsToNobodyuVZqYnKqV0M4vGgTlVd5kM7bYJpV9Xy6a";

/** How many verdicts are kept; a brute force must not fill the memory. */
const MAX_CACHED = 100;

/** Compares names and passwords with bcrypt hashes. */
export interface PasswordCheck {
  readonly isAllowed: (user: string, password: string, users: ReadonlyMap<string, string>) => Promise<boolean>;
}

/**
 * Keeps the verdicts that were yes, since bcrypt is slow by design and a scraper asks every few seconds. The key is an HMAC, with a key
 * of this process, over user, hash and password each with its length: neither can one stand in for another, nor can a password be read
 * from memory. A changed file has other hashes, and so other keys.
 */
export function createPasswordCheck(): PasswordCheck {
  const key = randomBytes(32);
  const allowed = new Set<string>();
  return {
    async isAllowed(user, password, users) {
      const hash = users.get(user) ?? NOBODY;
      const digest = createHmac("sha256", key)
        .update(JSON.stringify([user, hash, password]))
        .digest("base64");
      if (allowed.has(digest)) return true;
      const matches = await bcrypt.compare(password, hash);
      if (!matches || !users.has(user)) return false;
      if (allowed.size >= MAX_CACHED) allowed.clear();
      allowed.add(digest);
      return true;
    },
  };
}

/** Name and password of an `Authorization: Basic` header; undefined when it is none. */
export function basicCredentials(header: string | undefined): { readonly user: string; readonly password: string } | undefined {
  const encoded = /^Basic\s+([A-Za-z0-9+/=_-]+)\s*$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
