import { createSampleBatch, growSampleBatch, type HistogramRow, isStaleAt, type SampleBatch } from "@ferula/model";
import { FloatRuns } from "../head/float-runs.ts";
import type { Head } from "../head/head.ts";
import { isHistogramBits } from "../head/histograms/newest-kind.ts";
import { SLICE_ROWS } from "../head/slice-rows.ts";

/** The series of a part are this many references: what the head knows of them and the ends of their chunks fit a core's second cache. */
const PART_SHIFT = 12;
const PART_REFS = 1 << PART_SHIFT;

/** So many samples wait, ten for each of 100 000 series. */
const MOST_ROWS = 1 << 20;

/** So many in one part: appending them takes some milliseconds. */
const MOST_PART_ROWS = 65_535;

/** So many go to the head at a time where they are not sorted. */
const APPENDED_ROWS = 4096;

/**
 * Samples on their way from the log into the head. The log has them scrape by scrape, and a head that appends them so finds next to nothing
 * of a series in the processor's caches. Here they wait in parts, by reference, until several of each series have come together; then they
 * are sorted by series and appended a series at a time, which makes replaying several times as fast. The order within a series stays.
 * Benchmark: replay.
 */
export class ReplayBuffer {
  /** How many samples wait. */
  rowCount = 0;
  private readonly head: Head;
  private readonly parts: SampleBatch[] = [];
  /** How many floats of each reference wait; a multiple of `PART_REFS` long. */
  private counts: Uint16Array = new Uint16Array(PART_REFS);
  /** Undefined where samples are appended as they came. */
  private readonly runs: FloatRuns | undefined;
  /** Where the next row of each reference of a part goes among the sorted ones. */
  private readonly places = new Uint32Array(PART_REFS);
  /** Where `appendSome` stands. */
  private part = 0;

  constructor(head: Head) {
    this.head = head;
    this.runs = FloatRuns.of(head, MOST_PART_ROWS + PART_REFS + 1);
  }

  /** Whether the caller should call `appendSome` until nothing waits. */
  get isFull(): boolean {
    return this.rowCount >= MOST_ROWS;
  }

  /** Takes a copy of samples, without their start timestamps: of the rows from `start` to before `end`. */
  add(batch: SampleBatch, start: number = 0, end: number = batch.length): void {
    const { refs } = batch;
    for (let row = start; row < end;) {
      const part = refs[row] >>> PART_SHIFT;
      const most = Math.min(end, row + this.roomIn(part));
      let runEnd = row + 1;
      while (runEnd < most && refs[runEnd] >>> PART_SHIFT === part) runEnd++;
      this.addRun(this.parts[part], batch, row, runEnd);
      row = runEnd;
    }
  }

  /** Appends histograms at once, behind the floats of their series that wait. */
  appendHistograms(histograms: readonly HistogramRow[]): void {
    for (const { ref } of histograms) this.appendOf(ref);
    this.head.append({ ...noSamples, histograms });
  }

  /** Appends what waits of a series, and of others with it. */
  appendOf(ref: number): void {
    if (ref < this.counts.length && this.counts[ref] > 0) this.appendPart(ref >>> PART_SHIFT);
  }

  /** Appends some of what waits, in a few milliseconds; false when nothing is left. */
  appendSome(): boolean {
    while (this.part < this.parts.length && this.parts[this.part].length === 0) this.part++;
    if (this.part === this.parts.length) {
      this.part = 0;
      return false;
    }
    this.appendPart(this.part);
    return true;
  }

  /** Appends all that waits. */
  appendAll(): void {
    while (this.appendSome());
  }

  private appendPart(part: number): void {
    const rows = this.parts[part];
    if (this.runs?.hasRoomFor(rows.length)) this.appendSorted(this.runs, part);
    else
      for (let row = 0; row < rows.length; row += APPENDED_ROWS) this.appendUnsorted(rows, row, Math.min(row + APPENDED_ROWS, rows.length));
    this.rowCount -= rows.length;
    rows.length = 0;
    this.counts.fill(0, part << PART_SHIFT, (part + 1) << PART_SHIFT);
  }

  private appendSorted(runs: FloatRuns, part: number): void {
    const rows = this.parts[part];
    const { counts, places } = this;
    const firstRef = part << PART_SHIFT;
    let place = 0;
    for (let i = 0; i < PART_REFS; i++) {
      // The row before each run is the run's own.
      places[i] = ++place;
      place += counts[firstRef + i];
    }
    for (let row = 0; row < rows.length; row += SLICE_ROWS) this.sortRows(runs, rows, row, Math.min(row + SLICE_ROWS, rows.length));
    for (let i = 0; i < PART_REFS; i++) {
      const count = counts[firstRef + i];
      if (count > 0) this.appendRun(runs, firstRef + i, places[i] - count, places[i]);
    }
  }

  private sortRows({ rows: sorted }: FloatRuns, { refs, timestampsMs, valueBits }: SampleBatch, start: number, end: number): void {
    const { places } = this;
    const { timestampsMs: sortedTimestampsMs, valueBits: sortedBits } = sorted;
    for (let row = start; row < end; row++) {
      const place = places[refs[row] & (PART_REFS - 1)]++;
      sortedTimestampsMs[place] = timestampsMs[row];
      sortedBits[2 * place] = valueBits[2 * row];
      sortedBits[2 * place + 1] = valueBits[2 * row + 1];
    }
  }

  /** Runs hold floats: while the series' newest sample is a histogram, what comes goes to the head row by row. */
  private appendRun(runs: FloatRuns, ref: number, start: number, end: number): void {
    const { timestampsMs, values, valueBits } = runs.rows;
    let row = start;
    for (; row < end && !runs.takes(ref); row++) {
      this.head.append({
        length: 1,
        refs: Uint32Array.of(ref),
        timestampsMs: timestampsMs.subarray(row, row + 1),
        values: values.subarray(row, row + 1),
        valueBits: valueBits.subarray(2 * row, 2 * row + 2),
      });
    }
    if (row < end) runs.append(ref, row, end);
  }

  /** Appends rows as they came, a stale marker that ends a series of histograms on its own: in a batch floats go before histograms. */
  private appendUnsorted(rows: SampleBatch, start: number, end: number): void {
    const { lastBits } = this.head.series;
    let first = start;
    for (let row = start; row < end; row++) {
      const ref = rows.refs[row];
      if (!isStaleAt(rows, row) || !isHistogramBits(lastBits[2 * ref], lastBits[2 * ref + 1])) continue;
      this.appendRows(rows, first, row + 1);
      first = row + 1;
    }
    if (first < end) this.appendRows(rows, first, end);
  }

  private appendRows({ refs, timestampsMs, values, valueBits }: SampleBatch, start: number, end: number): void {
    this.head.append({
      length: end - start,
      refs: refs.subarray(start, end),
      timestampsMs: timestampsMs.subarray(start, end),
      values: values.subarray(start, end),
      valueBits: valueBits.subarray(2 * start, 2 * end),
    });
  }

  private addRun(to: SampleBatch, from: SampleBatch, start: number, end: number): void {
    growSampleBatch(to, to.length + end - start);
    const { refs, timestampsMs, valueBits } = from;
    const { counts } = this;
    let at = to.length;
    for (let row = start; row < end; row++) {
      const ref = refs[row];
      to.refs[at] = ref;
      to.timestampsMs[at] = timestampsMs[row];
      to.valueBits[2 * at] = valueBits[2 * row];
      to.valueBits[2 * at + 1] = valueBits[2 * row + 1];
      counts[ref]++;
      at++;
    }
    to.length = at;
    this.rowCount += end - start;
  }

  /** Makes a part that is not there yet, empties one that is full, and returns how many rows it takes. */
  private roomIn(part: number): number {
    while (this.parts.length <= part) this.parts.push(createSampleBatch(0));
    const refs = this.parts.length << PART_SHIFT;
    if (refs > this.counts.length) {
      const counts = new Uint16Array(Math.max(refs, this.counts.length * 2));
      counts.set(this.counts);
      this.counts = counts;
    }
    if (this.parts[part].length === MOST_PART_ROWS) this.appendPart(part);
    return MOST_PART_ROWS - this.parts[part].length;
  }
}

const noSamples = createSampleBatch(0);
