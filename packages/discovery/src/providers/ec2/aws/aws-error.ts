/** An answer by which a service of Amazon's refuses a request. */
export class AwsError extends Error {
  override name = "AwsError";
  /** As in the service's documentation: `AuthFailure`. */
  readonly code: string;
  readonly status: number;
  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Whether `error` is an AwsError, of whichever realm. */
export function isAwsError(error: unknown): error is AwsError {
  return typeof error === "object" && error !== null && (error as { name?: unknown }).name === "AwsError";
}
