/** What happens to an operation that is told to fail. */
export interface Fault {
  /** The error's code: `EIO`, `ENOSPC`, … */
  readonly code: string;
  /** For a write: how many of its bytes reach the file before it fails. Default: 0. */
  readonly writtenBytes?: number;
}

/** An error as Node's `fs` makes it. */
export function fileError(code: string, operation: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${operation} '${path}'`), { code, syscall: operation, path });
}
