import { STATUS_CODES } from "node:http";
import type { ResponseHead } from "../exchange.ts";
import { HttpClientError } from "../http-client-error.ts";

/** A token, as it came. */
export interface Token {
  readonly type: string;
  readonly text: string;
  /** How long it holds, seconds; 0 is without end. */
  readonly lifetimeSeconds: number;
}

/** An answer of a token endpoint. */
export interface TokenAnswer extends Omit<ResponseHead, "reason"> {
  readonly text: string;
}

const MOST_SECONDS = 2 ** 31 - 1;

/** Reads the answer to a request with client credentials (x/oauth2/internal `doTokenRoundTrip`). Throws HttpClientError in its words. */
export function readTokenAnswer(answer: TokenAnswer): Token {
  const isFailure = answer.status < 200 || answer.status > 299;
  const fields = readFields(answer);
  if (fields === undefined) {
    // What came is not shown: it may hold a token all the same.
    throw isFailure ? retrieveError(answer, {}) : new HttpClientError("network", "oauth2: cannot parse json: the answer is no JSON object");
  }
  if (isFailure || textOf(fields["error"]) !== "") throw retrieveError(answer, fields);
  return readToken(fields);
}

/** Reads the answer to a signed assertion, which is always JSON (common/config `jwtSource.Token`). */
export function readAssertionAnswer(answer: TokenAnswer): Token {
  if (answer.status < 200 || answer.status > 299) throw retrieveError(answer, {});
  const fields = readJson(answer.text);
  if (fields === undefined) throw new HttpClientError("network", "oauth2: cannot fetch token: the answer is no JSON object");
  return readToken(fields);
}

type Fields = Readonly<Record<string, unknown>>;

function readFields({ headers, text }: TokenAnswer): Fields | undefined {
  const type = headers.get("content-type")?.split(";")[0].trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded" && type !== "text/plain") return readJson(text);
  return Object.fromEntries([...new URLSearchParams(text)].toReversed());
}

function readJson(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function readToken(fields: Fields): Token {
  const text = textOf(fields["access_token"]);
  if (text === "") throw new HttpClientError("network", "oauth2: server response missing access_token");
  return { type: typeName(textOf(fields["token_type"])), text, lifetimeSeconds: lifetimeOf(fields["expires_in"]) };
}

/** Some send the number as a text. */
function lifetimeOf(value: unknown): number {
  const seconds = typeof value === "number" || typeof value === "string" ? Math.trunc(Number(value)) : 0;
  return Number.isFinite(seconds) ? Math.max(-MOST_SECONDS, Math.min(seconds, MOST_SECONDS)) : 0;
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map(["Bearer", "MAC", "Basic"].map((name) => [name.toLowerCase(), name] as const));

/** As Go's `Token.Type` spells it. */
function typeName(type: string): string {
  return type === "" ? "Bearer" : (TYPE_NAMES.get(type.toLowerCase()) ?? type);
}

/** x/oauth2 `RetrieveError.Error`. */
function retrieveError({ status, text }: TokenAnswer, fields: Fields): HttpClientError {
  const parts = ["error", "error_description", "error_uri"].map((name) => textOf(fields[name]));
  if (parts[0] === "") {
    const words = `${status} ${STATUS_CODES[status] ?? ""}`.trimEnd();
    return new HttpClientError("network", `oauth2: cannot fetch token: ${words}\nResponse: ${text}`);
  }
  const said = parts.filter((part) => part !== "").map((part) => JSON.stringify(part));
  return new HttpClientError("network", `oauth2: ${said.join(" ")}`);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
