/** `errorType` of the HTTP API (web/api/v1/api.go). */
export type ApiErrorType = "bad_data" | "execution" | "timeout" | "canceled" | "internal" | "unavailable" | "not_found" | "not_acceptable";

/** An error that a caller can act on. Everything else that is thrown is a bug. */
export class PromError extends Error {
  override name = "PromError";
  readonly errorType: ApiErrorType;
  constructor(errorType: ApiErrorType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.errorType = errorType;
  }
}

/** Whether `error` is a PromError, of whichever realm or thread. */
export function isPromError(error: unknown): error is PromError {
  return typeof error === "object" && error !== null && (error as { name?: unknown }).name === "PromError";
}
