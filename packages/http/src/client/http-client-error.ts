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
  constructor(code: HttpClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether `error` is an HttpClientError, of whichever realm. */
export function isHttpClientError(error: unknown): error is HttpClientError {
  return typeof error === "object" && error !== null && (error as { name?: unknown }).name === "HttpClientError";
}
