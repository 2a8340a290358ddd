import { PromError } from "@ferula/model";
import type { Steps } from "../steps.ts";

/** What is told of bytes that can't be what they should be. */
export function damaged(path: string, offset: number, reason: string): PromError {
  return new PromError("internal", `cannot read ${path} at offset ${offset}: ${reason}`);
}

/** Runs `read`; a RangeError, as codecs throw it for bytes that end early or mean nothing, becomes one that names the place. */
export function namingPlace<T>(path: string, offset: number, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw placed(error, path, offset, what);
  }
}

/** As `namingPlace`, for what is read in steps. */
export function* namingPlaceOfSteps<T>(path: string, offset: number, what: string, steps: Steps<T>): Steps<T> {
  try {
    return yield* steps;
  } catch (error) {
    throw placed(error, path, offset, what);
  }
}

/** The error to throw on, see `namingPlace`; for code too hot for a closure. */
export function placed(error: unknown, path: string, offset: number, what: string): unknown {
  if (!isRangeError(error)) return error;
  return new PromError("internal", `cannot read ${path} at offset ${offset}: ${what}: ${error.message}`, { cause: error });
}

/** Whether it is one, of whichever realm. */
function isRangeError(error: unknown): error is RangeError {
  return typeof error === "object" && error !== null && (error as { name?: unknown }).name === "RangeError";
}
