import { grownColumn } from "@ferula/kernels";
import type { SeriesRef } from "@ferula/storage";

/** The series that have samples out of order, each a row from 1: few of all, so what is known of them is indexed by the row. */
export class LateSeries {
  /** How many there are. */
  count = 0;
  /** The number of the newest chunk of each row, see `LateChunks`, or 0. */
  newestChunks: Uint32Array = new Uint32Array(64);
  /** The row of each series, 0 for none; as long as the highest reference that has one. */
  private rows: Uint32Array = new Uint32Array(0);
  /** The series of each row, 0 for a free one, whose `newestChunks` is the next free row. */
  private refs: Uint32Array = new Uint32Array(64);
  private firstFree = 0;
  private lastUsed = 0;

  /** Rows run from 1 to this; some may be free. */
  get rowEnd(): number {
    return this.lastUsed;
  }

  /** The row of a series, or 0. */
  row(ref: SeriesRef): number {
    return ref < this.rows.length ? this.rows[ref] : 0;
  }

  /** The series of a row, or 0. */
  ref(row: number): SeriesRef {
    return this.refs[row];
  }

  /** The row of a series, made when it has none. */
  add(ref: SeriesRef): number {
    const found = this.row(ref);
    if (found !== 0) return found;
    if (ref >= this.rows.length) this.rows = grownColumn(this.rows, Math.max(ref + 1, this.rows.length * 2));
    const row = this.take();
    this.rows[ref] = row;
    this.refs[row] = ref;
    this.newestChunks[row] = 0;
    this.count++;
    return row;
  }

  /** Frees a row. */
  remove(row: number): void {
    this.rows[this.refs[row]] = 0;
    this.refs[row] = 0;
    this.newestChunks[row] = this.firstFree;
    this.firstFree = row;
    this.count--;
  }

  private take(): number {
    if (this.firstFree !== 0) {
      const row = this.firstFree;
      this.firstFree = this.newestChunks[row];
      return row;
    }
    this.lastUsed++;
    if (this.lastUsed === this.refs.length) {
      this.refs = grownColumn(this.refs, this.lastUsed * 2);
      this.newestChunks = grownColumn(this.newestChunks, this.lastUsed * 2);
    }
    return this.lastUsed;
  }
}
