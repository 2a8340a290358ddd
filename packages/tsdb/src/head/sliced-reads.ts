import type { SampleBatch } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import type { Uint32List } from "./uint32-list.ts";

/** A read that has begun and takes several turns, but sees the head as it was when it began. */
export interface SlicedRead {
  /** Told of a series before something is appended to it, or deleted of it. */
  readonly beforeChange: (ref: SeriesRef) => void;
  readonly ended: Promise<void>;
}

/** What is read of the head in slices, between which it goes on: who changes the head tells these first. */
export class SlicedReads {
  private readonly reads = new Set<SlicedRead>();
  private readonly births = new Set<Uint32List>();

  /** From now on it is told of changes. */
  add(read: SlicedRead): void {
    this.reads.add(read);
  }

  delete(read: SlicedRead): void {
    this.reads.delete(read);
  }

  /** From now on series that are made are added to `list`. */
  watchBirths(list: Uint32List): void {
    this.births.add(list);
  }

  unwatchBirths(list: Uint32List): void {
    this.births.delete(list);
  }

  /** A series was made. */
  born(ref: SeriesRef): void {
    for (const list of this.births) list.push(ref);
  }

  /** The series of a batch are about to change. */
  beforeAppend({ refs, length, histograms = [] }: SampleBatch): void {
    this.beforeChange(refs, length);
    for (const read of this.reads) for (let i = 0; i < histograms.length; i++) read.beforeChange(histograms[i].ref);
  }

  /** The first `count` of these series are about to change. */
  beforeChange(refs: Uint32Array, count: number): void {
    for (const read of this.reads) for (let i = 0; i < count; i++) read.beforeChange(refs[i]);
  }

  /**
   * Resolves when those have ended that go on now. Who drops what was brought into blocks waits for it: reads that begin later have the
   * blocks, too.
   */
  async ended(): Promise<void> {
    await Promise.all(Array.from(this.reads, ({ ended }) => ended));
  }
}
