/** The times of the samples in the head. */
export class HeadTimes {
  /** Of the oldest; Infinity when there is none. */
  oldestMs = Infinity;
  /** Of the newest; -Infinity when there is none. */
  newestMs = -Infinity;
  /** Nothing before it is taken: blocks hold what lies there. */
  leastValidMs = -Infinity;
  /** All samples before it are deleted, and no block says so yet: they stay until one does, or a start would find them again. */
  deletedUntilMs = -Infinity;
}
