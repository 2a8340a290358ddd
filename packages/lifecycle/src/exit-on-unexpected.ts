/** As much of a logger as is needed here. */
export interface ErrorLog {
  readonly error: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
}

/** What happens between the error and the end. */
export interface ExitOptions {
  /** Called once, to write what must not be lost. It must be synchronous: nothing that runs later can be relied on. */
  readonly flush?: () => void;
  /** Default: process. */
  readonly source?: { readonly on: (event: "uncaughtException" | "unhandledRejection", listener: (error: unknown) => void) => unknown };
  /** Default: process.exit. */
  readonly exit?: (code: number) => void;
}

/**
 * Makes an exception that nobody caught and a promise that nobody awaited end the process with code 1: one line in the log, with the
 * place, then the flush. After such an error the state of the program is unknown, so it must not go on.
 */
export function exitOnUnexpected(logger: ErrorLog, options: ExitOptions = {}): void {
  const source = options.source ?? process;
  const exit = options.exit ?? ((code: number): void => process.exit(code));
  let isEnding = false;
  const end = (message: string, error: unknown): void => {
    // The flush may fail for the same reason; the first error is the one to be seen.
    if (isEnding) return;
    isEnding = true;
    logger.error(message, { err: error, stack: stackOf(error) });
    try {
      options.flush?.();
    } catch (flushError) {
      logger.error("cannot flush before the exit", { err: flushError });
    }
    exit(1);
  };
  source.on("uncaughtException", (error) => end("uncaught exception", error));
  source.on("unhandledRejection", (error) => end("unhandled rejection", error));
}

/** The frames of an error without its message, which has a field of its own; undefined when it has none. */
function stackOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("stack" in error) || typeof error.stack !== "string") return undefined;
  const frames = error.stack.split("\n").filter((line) => /^\s+at /.test(line));
  return frames.map((line) => line.trim()).join(" | ");
}
