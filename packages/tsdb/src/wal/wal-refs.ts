/** Below this a reference of the log is an index into an array. */
const MOST_DIRECT = 1 << 26;

/** From the log's references, which only ever grow over the life of a folder, to ours, which are dense. Needed for replay only. */
export class WalRefs {
  /** The highest reference by which a log tells of something and of no series: its series is lost, and no other may ever get it. */
  highestMissing = 0;
  private direct: Uint32Array = new Uint32Array(4096);
  private readonly far = new Map<number, number>();
  /** Our references of series that were dropped, as the log says; those that it has made anew since are not among them. */
  readonly dropped: Set<number> = new Set<number>();

  /** Several of the log's references may mean one series. */
  set(walRef: number, ref: number): void {
    if (walRef >= MOST_DIRECT) {
      this.far.set(walRef, ref);
      return;
    }
    if (walRef >= this.direct.length) {
      const direct = new Uint32Array(Math.max(walRef + 1, this.direct.length * 2));
      direct.set(this.direct);
      this.direct = direct;
    }
    this.direct[walRef] = ref;
  }

  /** Our reference, or 0 when the log has not told of the series. */
  get(walRef: number): number {
    if (walRef >= 0 && walRef < this.direct.length) return this.direct[walRef];
    return this.far.get(walRef) ?? 0;
  }

  /** As `get`, and when the log has not told of the series, notes that. */
  find(walRef: number): number {
    const ref = this.get(walRef);
    if (ref === 0) this.noteMissing(walRef);
    return ref;
  }

  /** Says that a reference is used whose series is not known. */
  noteMissing(walRef: number): void {
    // What is beyond is of no log that we write: the next reference would not be told from it.
    if (walRef > this.highestMissing && walRef < Number.MAX_SAFE_INTEGER / 2) this.highestMissing = walRef;
  }
}
