import { createHmac, randomBytes } from "node:crypto";
import { bcryptCost, type Credentials } from "./basic-auth.ts";
import { createFairQueue } from "./fair-queue.ts";

/** Salt and digest of nothing anybody knows: what an unknown user's password is compared with, so that both take as long. */
const NOBODY = "TWb4Vh1pFZc9qkCYc0JfYu8iVg0Qm3ZLkqJvXo1rN5tHs2eWdBx7K";

/** The cost that bcrypt tools use by default. */
const DEFAULT_COST = 10;

/** How many verdicts of each kind are kept; a brute force must not fill the memory. */
const MAX_CACHED = 100;

/** At bcrypt's usual cost a machine compares about fifteen passwords a second: more would wait longer than a client does. */
const MAX_WAITING = { perOwner: 16, total: 256 };

/** Compares a password with a bcrypt hash; slow by design. */
export type CompareHash = (password: string, hash: string) => Promise<boolean>;

/** Whether a client may go on; "busy" when it can't be told now. */
export type Admittance = "allowed" | "refused" | "busy";

/** Compares names and passwords with bcrypt hashes. */
export interface PasswordCheck {
  /** `owner` is who asks, such as an address: owners take turns, so that one who guesses passwords doesn't keep others from logging in. */
  readonly ask: (credentials: Credentials, users: ReadonlyMap<string, string>, owner: string) => Promise<Admittance>;
}

/**
 * Keeps verdicts, since bcrypt is slow by design and a scraper asks every few seconds. The key is an HMAC, with a key of this process,
 * over user, hash and password each with its length: neither can one stand in for another, nor can a password be read from memory. A
 * changed file has other hashes, and so other keys. Refusals are kept apart: guesses don't push out those who are allowed. The same
 * question asked while it is being answered costs nothing. One comparison runs at a time.
 */
export function createPasswordCheck(compare: CompareHash): PasswordCheck {
  const key = randomBytes(32);
  const verdicts = { allowed: new Set<string>(), refused: new Set<string>() };
  const asked = new Map<string, Promise<Admittance>>();
  const queue = createFairQueue(MAX_WAITING);

  async function decide(digest: string, owner: string, password: string, hash: string, isKnown: boolean): Promise<Admittance> {
    const isMatch = await queue.run(owner, () => compare(password, hash));
    if (isMatch === undefined) return "busy";
    const verdict = isMatch && isKnown ? "allowed" : "refused";
    keep(verdicts[verdict], digest);
    return verdict;
  }

  return {
    ask({ user, password }, users, owner) {
      const hash = users.get(user);
      const digest = createHmac("sha256", key)
        .update(JSON.stringify([user, hash ?? "", password]))
        .digest("base64");
      if (verdicts.allowed.has(digest)) return Promise.resolve("allowed");
      if (verdicts.refused.has(digest)) return Promise.resolve("refused");
      const running = asked.get(digest);
      if (running !== undefined) return running;
      const verdict = decide(digest, owner, password, hash ?? hashOfNobody(users), hash !== undefined);
      asked.set(digest, verdict);
      const forget = (): void => void asked.delete(digest);
      verdict.then(forget, forget);
      return verdict;
    },
  };
}

/** The oldest one goes: a Set keeps the order in which its members came. */
function keep(digests: Set<string>, digest: string): void {
  for (const oldest of digests) {
    if (digests.size < MAX_CACHED) break;
    digests.delete(oldest);
  }
  digests.add(digest);
}

/** As costly as the costliest hash of those who are known: an answer that comes sooner tells of one of them, not of who isn't there. */
function hashOfNobody(users: ReadonlyMap<string, string>): string {
  const costs = [...users.values()].flatMap((hash) => bcryptCost(hash) ?? []);
  const cost = costs.length === 0 ? DEFAULT_COST : Math.max(...costs);
  return `$2b$${String(cost).padStart(2, "0")}$${NOBODY}`;
}
