import { BinaryHeap } from "../compact/binary-heap.ts";
import { compareRows, type LabelRanker, type RankedLabels } from "./rank-labels.ts";
import { sortRows } from "./sort-rows.ts";
import type { SourceSet } from "./source-set.ts";

/**
 * Series of several sets, each label set once and in the order of the labels: series i has the members from `memberStart[i]` to before
 * `memberStart[i + 1]`, of which member m is the series `memberIndex[m]` of the set `memberSet[m]`.
 */
export interface MatchedSeries {
  readonly count: number;
  readonly memberStart: Uint32Array;
  readonly memberSet: Uint16Array;
  readonly memberIndex: Uint32Array;
}

/**
 * Finds which series of the sets are the same. The members of a series stand in the order in which storage/merge.go `genericMergeSeriesSet`
 * takes them from its heap, as upstream's choice among samples of one time rests on it.
 */
export function matchSeries(sets: readonly SourceSet[], ranker: LabelRanker): MatchedSeries {
  const labels = ranker.rank(sets);
  const rowCount = labels.start.length - 1;
  const memberStart = new Uint32Array(rowCount + 1);
  const memberSet = new Uint16Array(rowCount);
  const memberIndex = new Uint32Array(rowCount);
  const waiting = new BinaryHeap<RowCursor>((a, b) => compareRows(labels, a.row, b.row) < 0);
  let count = 0;
  let member = 0;
  let current: RowCursor[] = cursorsOf(sets, labels);
  for (;;) {
    for (let i = 0; i < current.length; i++) if (current[i].next()) waiting.push(current[i]);
    const first = waiting.pop();
    if (first === undefined) break;
    current.length = 0;
    let cursor: RowCursor | undefined = first;
    do {
      memberSet[member] = cursor.set;
      memberIndex[member++] = cursor.index;
      current.push(cursor);
      const next = waiting.peek();
      cursor = next !== undefined && compareRows(labels, next.row, first.row) === 0 ? waiting.pop() : undefined;
    } while (cursor !== undefined);
    memberStart[++count] = member;
  }
  return { count, memberStart, memberSet, memberIndex };
}

/** Walks the rows of one set by ascending labels. */
class RowCursor {
  readonly set: number;
  row = -1;
  private readonly firstRow: number;
  private readonly rowCount: number;
  /** Undefined where the rows are sorted as they stand. */
  private readonly order: Uint32Array | undefined;
  private nextAt = 0;

  constructor(set: number, firstRow: number, rowCount: number, order: Uint32Array | undefined) {
    this.set = set;
    this.firstRow = firstRow;
    this.rowCount = rowCount;
    this.order = order;
  }

  /** The number of the series in its set. */
  get index(): number {
    return this.row - this.firstRow;
  }

  next(): boolean {
    if (this.nextAt === this.rowCount) return false;
    this.row = this.order === undefined ? this.firstRow + this.nextAt : this.order[this.nextAt];
    this.nextAt++;
    return true;
  }
}

function cursorsOf(sets: readonly SourceSet[], labels: RankedLabels): RowCursor[] {
  let firstRow = 0;
  return sets.map(({ isSorted, seriesCount }, set) => {
    const first = firstRow;
    firstRow += seriesCount;
    return new RowCursor(set, first, seriesCount, isSorted ? undefined : sortRows(labels, first, firstRow));
  });
}
