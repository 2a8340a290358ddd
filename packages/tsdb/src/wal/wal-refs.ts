/** Below this a reference of the log is an index into an array. */
const MOST_DIRECT = 1 << 26;

/** From the log's references, which only ever grow over the life of a folder, to ours, which are dense. Needed for replay only. */
export class WalRefs {
  private direct: Uint32Array = new Uint32Array(4096);
  private readonly far = new Map<number, number>();

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
}
