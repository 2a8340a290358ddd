/** A refusal that a client caused or can act on: its status and its message, which is the whole answer. */
export class HttpError extends Error {
  override name = "HttpError";
  readonly status: number;
  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** Whether `error` is an HttpError, of whichever realm. */
export function isHttpError(error: unknown): error is HttpError {
  return typeof error === "object" && error !== null && (error as { name?: unknown }).name === "HttpError";
}
