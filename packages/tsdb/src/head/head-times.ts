/** The times of the samples in the head. */
export class HeadTimes {
  /** Of the oldest; Infinity when there is none. */
  oldestMs = Infinity;
  /** Of the newest; -Infinity when there is none. */
  newestMs = -Infinity;
  /** Nothing before it is taken: blocks hold what lies there. */
  leastValidMs = -Infinity;
}
