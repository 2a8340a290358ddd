import { SAMPLE_TYPES, type SampleType } from "@ferula/chunks";
import type { Histogram } from "@ferula/model";
import { BinaryHeap } from "./binary-heap.ts";
import type { SampleCursor } from "./chunk-samples.ts";

/** Samples of one source, which say of which type the one is that they stand at. */
export interface SourceSamples extends SampleCursor {
  readonly type: SampleType;
}

/**
 * The samples of several chunks or columns of one series by ascending time, one for each time. Of samples of the same time it takes that of the chunk
 * it stands in, else of the one that `BinaryHeap` gives, and drops the others, as storage/merge.go `chainSampleIterator` does.
 */
export class ChainedSamples implements SampleCursor {
  private readonly waiting: BinaryHeap<SourceSamples> = new BinaryHeap((a, b) => a.timestampMs < b.timestampMs);
  private readonly chunks: readonly SourceSamples[];
  /** Where the samples are taken from. */
  private current: SourceSamples;
  private isStarted = false;
  /** Whether the sample before this one came from the same chunk, next to it. */
  private isConsecutive = false;
  private lastTimeMs = -Infinity;

  /** `chunks` has at least one. */
  constructor(chunks: readonly SourceSamples[]) {
    this.chunks = chunks;
    this.current = chunks[0];
  }

  get timestampMs(): number {
    return this.current.timestampMs;
  }

  get startTimestampMs(): number {
    return this.current.startTimestampMs;
  }

  get valueLow(): number {
    return this.current.valueLow;
  }

  get valueHigh(): number {
    return this.current.valueHigh;
  }

  next(): SampleType {
    this.isConsecutive = this.isStarted;
    if (!this.isStarted) this.start();
    for (;;) {
      const type = this.current.next();
      if (type !== SAMPLE_TYPES.none) {
        const { timestampMs } = this.current;
        if (timestampMs === this.lastTimeMs) continue;
        const next = this.waiting.peek();
        if (next === undefined || timestampMs < next.timestampMs) return this.arrive();
        this.waiting.push(this.current);
      }
      const next = this.waiting.pop();
      if (next === undefined) return SAMPLE_TYPES.none;
      this.current = next;
      this.isConsecutive = false;
      if (next.timestampMs !== this.lastTimeMs) return this.arrive();
    }
  }

  /** Whether counters were reset since a sample of another chunk is not known. */
  histogram(): Histogram {
    const histogram = this.current.histogram();
    return this.isConsecutive || histogram.counterResetHint === "gauge" ? histogram : { ...histogram, counterResetHint: "unknown" };
  }

  private start(): void {
    this.isStarted = true;
    for (const chunk of this.chunks.slice(1)) if (chunk.next() !== SAMPLE_TYPES.none) this.waiting.push(chunk);
  }

  private arrive(): SampleType {
    this.lastTimeMs = this.current.timestampMs;
    return this.current.type;
  }
}
