/** What a program has opened: closed in the reverse order, whether it stops or could not start. */
export interface Closers {
  readonly add: (close: () => Promise<void> | void) => void;
  /** Closes everything, also behind something that can't be closed; then fails with the first of those errors. */
  readonly closeAll: () => Promise<void>;
}

/** Nothing opened yet. */
export function createClosers(): Closers {
  const opened: (() => Promise<void> | void)[] = [];
  return {
    add: (close) => void opened.push(close),
    async closeAll() {
      const errors: unknown[] = [];
      for (const close of opened.splice(0).toReversed()) {
        try {
          await close();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw errors[0];
    },
  };
}
