import { isPromError, PromError, type ApiErrorType } from "@ferula/model";

/** An error as plain data: posting one to another thread would lose what it is told apart by. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Of a PromError. */
  readonly errorType?: ApiErrorType;
  /** Of the file system's. */
  readonly code?: string;
}

/** Takes an error apart. */
export function plainError(error: unknown): PlainError {
  const { name, message, stack, code } = error as NodeJS.ErrnoException;
  return {
    name,
    message,
    stack,
    ...(isPromError(error) ? { errorType: error.errorType } : {}),
    ...(typeof code === "string" ? { code } : {}),
  };
}

/** Puts it together again, of the same kind, with the stack of where it happened. */
export function errorOf({ name, message, stack, errorType, code }: PlainError): Error {
  const error = errorType === undefined ? new Error(message) : new PromError(errorType, message);
  if (errorType === undefined) error.name = name;
  if (stack !== undefined) error.stack = stack;
  return code === undefined ? error : Object.assign(error, { code });
}
