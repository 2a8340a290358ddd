import { createHmac, randomBytes } from "node:crypto";
import bcrypt from "bcryptjs";

/** Salt and digest of nothing anybody knows: what an unknown user's password is compared with, so that both take as long. */
const NOBODY = "TWb4Vh1pFZc9qkCYc0JfYu8iVg0Qm3ZLkqJvXo1rN5tHs2eWdBx7K";

/** The cost that bcrypt tools use by default. */
const DEFAULT_COST = "10";

/** How many verdicts are kept; a brute force must not fill the memory. */
const MAX_CACHED = 100;

/** A bcrypt hash with a cost that bcrypt knows. */
const BCRYPT_HASH = /^\$2[aby]?\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

/** Whether a text is a password as the web configuration file has it: a bcrypt hash, which `htpasswd -B` makes. */
export function isBcryptHash(text: string): boolean {
  return BCRYPT_HASH.test(text);
}

/** Compares names and passwords with bcrypt hashes. */
export interface PasswordCheck {
  readonly isAllowed: (user: string, password: string, users: ReadonlyMap<string, string>) => Promise<boolean>;
}

/** Compares a password with a bcrypt hash; slow by design. */
export type CompareHash = (password: string, hash: string) => Promise<boolean>;

/**
 * Keeps the verdicts that were yes, since bcrypt is slow by design and a scraper asks every few seconds. The key is an HMAC, with a key
 * of this process, over user, hash and password each with its length: neither can one stand in for another, nor can a password be read
 * from memory. A changed file has other hashes, and so other keys. The same question asked while it is being answered costs nothing.
 */
export function createPasswordCheck(compare: CompareHash = (password, hash) => bcrypt.compare(password, hash)): PasswordCheck {
  const key = randomBytes(32);
  const allowed = new Set<string>();
  const asked = new Map<string, Promise<boolean>>();

  async function ask(digest: string, password: string, hash: string, isKnown: boolean): Promise<boolean> {
    const matches = await compare(password, hash);
    if (!matches || !isKnown) return false;
    if (allowed.size >= MAX_CACHED) allowed.clear();
    allowed.add(digest);
    return true;
  }

  return {
    isAllowed(user, password, users) {
      const hash = users.get(user);
      const digest = createHmac("sha256", key)
        .update(JSON.stringify([user, hash ?? "", password]))
        .digest("base64");
      if (allowed.has(digest)) return Promise.resolve(true);
      const verdict = asked.get(digest) ?? ask(digest, password, hash ?? hashOfNobody(users), hash !== undefined);
      if (!asked.has(digest)) {
        asked.set(digest, verdict);
        const forget = (): void => void asked.delete(digest);
        verdict.then(forget, forget);
      }
      return verdict;
    },
  };
}

/** As costly as the hashes of those who are known. */
function hashOfNobody(users: ReadonlyMap<string, string>): string {
  const [, cost = DEFAULT_COST] = BCRYPT_HASH.exec(users.values().next().value ?? "") ?? [];
  return `$2b$${cost}$${NOBODY}`;
}

/** Name and password of an `Authorization: Basic` header; undefined when it is none. */
export function basicCredentials(header: string | undefined): { readonly user: string; readonly password: string } | undefined {
  const encoded = /^Basic\s+([A-Za-z0-9+/=_-]+)\s*$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
