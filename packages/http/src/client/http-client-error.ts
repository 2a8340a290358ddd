/** What kept a request from being answered. */
export type HttpClientErrorCode =
  /** The caller's time limit. */
  | "timeout"
  /** The caller has aborted. */
  | "canceled"
  /** The answer was larger than `maxBodyBytes`. */
  | "body-too-large"
  /** The request itself can't be made: a broken URL, a credentials file that can't be read. */
  | "request"
  /** Whatever may be different next time: no connection, a broken answer, a certificate that isn't trusted. */
  | "network";

/** A request that got no answer, or none that could be read. The message is as Go's net/http words it: users search for it. */
export class HttpClientError extends Error {
  override name = "HttpClientError";
  readonly code: HttpClientErrorCode;
  /** What failed, before the URL in the message: `Post`, `parse`. Undefined where the message has no URL. */
  readonly operation: string | undefined;
  /** The message without operation and URL, for who has to keep the URL secret. */
  readonly reason: string;
  constructor(code: HttpClientErrorCode, reason: string, { operation, url, cause }: HttpClientErrorOptions = {}) {
    const message = operation === undefined ? reason : `${operation} ${JSON.stringify(url ?? "")}: ${reason}`;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.operation = operation;
    this.reason = reason;
  }
}

/** What of an HttpClientError is not always there. */
export interface HttpClientErrorOptions extends ErrorOptions {
  /** Together with `url` it makes the message one of Go's `url.Error`: `Get "http://x/": <reason>`. */
  readonly operation?: string;
  /** As it may be shown: without a password. */
  readonly url?: string;
}

/** Whether `error` is an HttpClientError, of whichever realm. */
export function isHttpClientError(error: unknown): error is HttpClientError {
  return typeof error === "object" && error !== null && (error as { name?: unknown }).name === "HttpClientError";
}
