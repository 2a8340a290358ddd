/** Bytes that are not what they should be. The messages are those of Go's libraries, which senders know. */
export class WireError extends Error {
  override name = "WireError";
}

/** Whether `error` is a WireError, of whichever realm. */
export function isWireError(error: unknown): error is WireError {
  return typeof error === "object" && error !== null && (error as { name?: unknown }).name === "WireError";
}

/** The error of a message that ends before it should. */
export function unexpectedEnd(): WireError {
  return new WireError("unexpected EOF");
}
