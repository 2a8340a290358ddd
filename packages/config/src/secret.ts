import { inspect } from "node:util";

const REVEAL: unique symbol = Symbol("reveal");

/** A text that never prints: it shows as `<secret>` in strings, JSON and logs, and only `reveal` gives it away. */
export interface Secret {
  readonly [REVEAL]: string;
  readonly toString: () => string;
  readonly toJSON: () => string;
}

/** What stands for a secret wherever a configuration is shown. */
export const SECRET_TEXT = "<secret>";

const masked = (): string => SECRET_TEXT;

/** Hides a text. */
export function secret(text: string): Secret {
  // Not enumerable: neither a spread nor an inspection shows it.
  const hidden = { toString: masked, toJSON: masked, [inspect.custom]: masked } as unknown as Secret;
  return Object.defineProperty(hidden, REVEAL, { value: text, enumerable: false });
}

/** The text itself, for the request that needs it. */
export function reveal(value: Secret): string {
  return value[REVEAL];
}
