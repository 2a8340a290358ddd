import { createSampleBatch, growSampleBatch, type HistogramRow, type SampleBatch } from "@ferula/model";
import type { Head } from "../head/head.ts";

/** The series of a part are this many references: what the head knows of them and the ends of their chunks fit a core's second cache. */
const PART_SHIFT = 12;

/** So many samples wait, ten for each of 100 000 series. */
const MOST_ROWS = 1 << 20;

/** So many go to the head at a time. */
const APPENDED_ROWS = 4096;

/**
 * Samples on their way from the log into the head. The log has them scrape by scrape, and a head that appends them so finds next to nothing
 * of a series in the processor's caches. Here they wait in parts, by reference, until several of each series have come together, which makes
 * replaying twice as fast. The order within a series stays. Benchmark: replay.
 */
export class ReplayBuffer {
  /** How many samples wait. */
  rowCount = 0;
  private readonly head: Head;
  private readonly parts: SampleBatch[] = [];
  /** A bit for each reference whose floats wait. */
  private waiting: Uint32Array = new Uint32Array(1024);
  /** Where `appendSome` stands. */
  private part = 0;
  private row = 0;

  constructor(head: Head) {
    this.head = head;
  }

  /** Whether the caller should call `appendSome` until nothing waits. */
  get isFull(): boolean {
    return this.rowCount >= MOST_ROWS;
  }

  /** Takes a copy of samples without start timestamps. */
  add(batch: SampleBatch): void {
    const { refs, length } = batch;
    for (let row = 0; row < length;) {
      const part = refs[row] >>> PART_SHIFT;
      let end = row + 1;
      while (end < length && refs[end] >>> PART_SHIFT === part) end++;
      this.addRun(this.partOf(part), batch, row, end);
      row = end;
    }
    this.rowCount += length;
  }

  /** Appends histograms at once, behind the floats of their series that wait. */
  appendHistograms(histograms: readonly HistogramRow[]): void {
    for (const { ref } of histograms) if (this.hasWaiting(ref)) this.appendPart(ref >>> PART_SHIFT);
    this.head.append({ ...noSamples, histograms });
  }

  /** Appends some of what waits, in less than a millisecond; false when nothing is left. */
  appendSome(): boolean {
    while (this.part < this.parts.length && this.parts[this.part].length === 0) this.part++;
    if (this.part === this.parts.length) {
      this.part = 0;
      return false;
    }
    const { length } = this.parts[this.part];
    const end = Math.min(this.row + APPENDED_ROWS, length);
    this.appendRows(this.parts[this.part], this.row, end);
    this.row = end;
    if (end === length) this.empty(this.part);
    return true;
  }

  /** Appends all that waits. */
  appendAll(): void {
    while (this.appendSome());
  }

  private appendPart(part: number): void {
    const rows = this.parts[part];
    this.appendRows(rows, part === this.part ? this.row : 0, rows.length);
    this.empty(part);
  }

  private appendRows(batch: SampleBatch, start: number, end: number): void {
    this.head.append({
      length: end - start,
      refs: batch.refs.subarray(start, end),
      timestampsMs: batch.timestampsMs.subarray(start, end),
      values: batch.values.subarray(start, end),
      valueBits: batch.valueBits.subarray(2 * start, 2 * end),
    });
  }

  private empty(part: number): void {
    const rows = this.parts[part];
    this.rowCount -= rows.length;
    rows.length = 0;
    if (part === this.part) this.row = 0;
    const words = 1 << (PART_SHIFT - 5);
    this.waiting.fill(0, part * words, (part + 1) * words);
  }

  private addRun(to: SampleBatch, from: SampleBatch, start: number, end: number): void {
    growSampleBatch(to, to.length + end - start);
    const { refs, timestampsMs, valueBits } = from;
    const { waiting } = this;
    let at = to.length;
    for (let row = start; row < end; row++) {
      const ref = refs[row];
      to.refs[at] = ref;
      to.timestampsMs[at] = timestampsMs[row];
      to.valueBits[2 * at] = valueBits[2 * row];
      to.valueBits[2 * at + 1] = valueBits[2 * row + 1];
      waiting[ref >>> 5] |= 1 << (ref & 31);
      at++;
    }
    to.length = at;
  }

  private hasWaiting(ref: number): boolean {
    return ref >>> 5 < this.waiting.length && (this.waiting[ref >>> 5] & (1 << (ref & 31))) !== 0;
  }

  private partOf(part: number): SampleBatch {
    while (this.parts.length <= part) this.parts.push(createSampleBatch(0));
    const words = (part + 1) << (PART_SHIFT - 5);
    if (words > this.waiting.length) {
      const waiting = new Uint32Array(Math.max(words, this.waiting.length * 2));
      waiting.set(this.waiting);
      this.waiting = waiting;
    }
    return this.parts[part];
  }
}

const noSamples = createSampleBatch(0);
