/** Is told of the work of a state on disk. Times are seconds. */
export interface StateObserver {
  readonly onQuery: (seconds: number) => void;
  /** What was over has been forgotten. */
  readonly onCollected: (seconds: number) => void;
  readonly onSnapshot: (seconds: number, sizeBytes: number) => void;
}

/** For those who don't ask. */
export const noObserver: StateObserver = Object.freeze({
  onQuery: () => undefined,
  onCollected: () => undefined,
  onSnapshot: () => undefined,
});
