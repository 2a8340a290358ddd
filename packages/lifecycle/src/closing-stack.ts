/** What was opened, to be closed again. */
export interface ClosingStack {
  /** Adds how to close what was opened last. */
  readonly add: (close: () => Promise<unknown> | void) => void;
  /**
   * Closes in the opposite order, one after the other; what can't be closed does not keep the others from it. Throws an AggregateError of
   * all that failed. Called again, it has nothing to do.
   */
  readonly close: () => Promise<void>;
}

/** Nothing is open yet. */
export function createClosingStack(): ClosingStack {
  const closers: (() => Promise<unknown> | void)[] = [];
  return {
    add: (close) => void closers.push(close),
    async close() {
      const failures: unknown[] = [];
      for (const close of closers.splice(0).toReversed()) {
        try {
          await close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw new AggregateError(failures, "cannot close everything");
    },
  };
}
