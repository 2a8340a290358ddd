import { getSystemErrorMap } from "node:util";

/**
 * What a thrown value says, on one line: its message, then the messages of its causes (`a: b: c`), and of the errors an AggregateError
 * gathers, in brackets. A cause whose text already stands in the message is not repeated, nor one of the system that the message words otherwise. Also right for values from other realms.
 */
export function errorText(error: unknown): string {
  return textOf(error, new Set());
}

function textOf(error: unknown, seen: Set<unknown>): string {
  if (!isErrorLike(error)) return plainText(error);
  if (seen.has(error)) return "";
  seen.add(error);
  let text = error.message === "" ? plainText(error.name) : error.message;
  if (Array.isArray(error.errors) && error.errors.length > 0) {
    const parts: string[] = error.errors.map((part: unknown) => textOf(part, seen));
    text += ` [${parts.filter((part) => part !== "").join("; ")}]`;
  }
  if (error.cause === undefined || error.cause === null || saysSystemError(text, error.cause)) return text;
  const cause = textOf(error.cause, seen);
  return text.includes(cause) ? text : `${text}: ${cause}`;
}

/** Whether the text tells of an error of the system already, in the system's words and not in Node's (`ENOENT: …, open '…'`). */
function saysSystemError(text: string, cause: unknown): boolean {
  const errno = typeof cause === "object" && cause !== null && "errno" in cause ? cause.errno : undefined;
  const [code, description] = (typeof errno === "number" ? getSystemErrorMap().get(errno) : undefined) ?? [];
  if (code === undefined || description === undefined) return false;
  return text.includes(code === "EISDIR" ? IS_FOLDER : description);
}

/** The one description of Node's that is not the system's. */
const IS_FOLDER = "is a directory";

/** String() throws for objects without a usable toString; something may throw even those. */
function plainText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** An error of any realm: in worker threads, vm contexts and tests `instanceof Error` does not hold. */
export interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** Whether `value` is to be printed as an error. */
export function isErrorLike(value: unknown): value is ErrorLike {
  if (value instanceof Error) return true;
  return typeof value === "object" && value !== null && "message" in value && "stack" in value && typeof value.message === "string";
}
