import type { TimeSlice } from "@ferula/lifecycle";
import type { Head } from "./head.ts";

/** What died in one collection and still has its place in memory. */
interface Generation {
  /** Ascending. */
  readonly refs: Uint32Array;
  /** Symbols that went out of use with them. */
  readonly symbols: Uint32Array;
  /** The newest pin from when they died: it and those before it may know them. */
  readonly pin: number;
}

/** So many are recycled before the clock is read. */
const STEP = 512;

/**
 * Series that died and whose references, label blocks and symbols are not used again yet: readers in other threads that were pinned before
 * may hold the addresses, and who keeps references is to notice first.
 */
export class DeadSeries {
  private readonly head: Head;
  private generations: Generation[] = [];

  constructor(head: Head) {
    this.head = head;
  }

  /** Whether `recycle` has something to do. */
  get isRecyclable(): boolean {
    return this.generations.length > 0 && this.generations[0].pin < this.head.slabAllocator.oldestPin;
  }

  /** Takes those of one collection. */
  add(generation: Generation): void {
    this.generations.push(generation);
  }

  /** Lets go of the generations that no pinned reader knows. The epoch must have risen since they died. */
  async recycle(slice: TimeSlice): Promise<void> {
    const { oldestPin } = this.head.slabAllocator;
    const free = this.generations.filter(({ pin }) => pin < oldestPin);
    this.generations = this.generations.slice(free.length);
    for (const generation of free) await this.recycleOne(generation, slice);
  }

  private async recycleOne({ refs, symbols }: Generation, slice: TimeSlice): Promise<void> {
    const { head } = this;
    // Before the first of them is another's: nobody who reads from now on may take an old string for it.
    head.symbolGeneration++;
    head.symbolReader.enter(head.symbolGeneration);
    for (let i = 0; i < symbols.length; i++) {
      head.symbols.recycle(symbols[i]);
      if (i % STEP === 0 && slice.isSpent()) await slice.yield();
    }
    for (let i = 0; i < refs.length; i++) {
      head.labelSets.recycle(refs[i]);
      if (i % STEP === 0 && slice.isSpent()) await slice.yield();
    }
    head.series.free(refs);
  }
}
