import { asObject, optionalNumber, partOf, textOf, type Wire } from "../objects/wire.ts";

/** The status of an answer to a version, or to a page, that the API no longer has. */
const GONE = 410;

/** Nobody waits longer, whatever is asked: what looks like an API may ask for a year. */
const MOST_WAIT_MS = 5 * 60_000;

/** An answer of the API that is none of what was asked for. */
export class ApiError extends Error {
  override name = "ApiError";
  /** As in HTTP. */
  readonly status: number;
  /** What the API asks to wait before the next try, up to 5 minutes. */
  readonly retryAfterMs: number;
  constructor(message: string, status: number, retryAfterMs: number = 0) {
    super(message);
    this.status = status;
    this.retryAfterMs = Math.min(retryAfterMs, MOST_WAIT_MS);
  }
}

/** Whether `error` is an ApiError, of whichever realm. */
export function isApiError(error: unknown): error is ApiError {
  return (error as { readonly name?: unknown } | null)?.name === "ApiError";
}

/** Whether the API no longer has what was to be gone on from: everything must be listed again. */
export function isExpired(error: unknown): boolean {
  return isApiError(error) && error.status === GONE;
}

/** Whether the API has nothing against the request, only against its time. */
export function isThrottled(error: unknown): boolean {
  return isApiError(error) && error.status === 429;
}

/** The error that a `Status` object tells, which an answer or an event of a watch may be. */
export function statusError(wire: Wire): ApiError {
  const seconds = optionalNumber(partOf(wire, "details"), "retryAfterSeconds") ?? 0;
  const message = textOf(wire, "message") || textOf(wire, "reason") || "unknown";
  return new ApiError(message, optionalNumber(wire, "code") ?? 500, seconds * 1000);
}

/** The error that an answer of that status tells. What isn't the API, such as a proxy before it, answers in its own words. */
export function answerError(status: number, body: string, retryAfter: string | undefined): ApiError {
  const told = statusError(asObject(parsed(body)));
  const message = told.message === "unknown" ? `the server answered with HTTP status ${status}${excerpt(body)}` : told.message;
  const waitMs = Math.max(told.retryAfterMs, 1000 * (Number(retryAfter) || 0));
  return new ApiError(message, status, waitMs);
}

/** An error that names what could not be read. */
export function unreadable(what: string, cause: unknown): Error {
  return new Error(`cannot read ${what}: ${(cause as Error).message}`, { cause });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const EXCERPT_CHARACTERS = 200;

function excerpt(body: string): string {
  const text = body.trim().replace(/\s+/g, " ").slice(0, EXCERPT_CHARACTERS);
  return text === "" ? "" : `: ${text}`;
}
