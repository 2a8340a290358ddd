import { grownCapacity, grownColumn } from "@ferula/kernels";
import { FreeRefs } from "./free-refs.ts";

/*
 * The life of a reference, see `SeriesTable.states`.
 */

/** No series has it. */
export const FREE = 0;
/** The reference of a series. */
export const LIVE = 1;
/** Its series died. It is kept from another until nobody can mean the dead one by it. */
export const DEAD = 2;

/**
 * What is known of each series besides its labels and its chunks: struct-of-arrays, indexed by the reference. Row 0 is
 * no series. References of dead series are used again.
 */
export class SeriesTable {
  /** References run from 1 to `count`; not all of them are live. */
  count = 0;
  /** How many are. */
  liveCount = 0;
  /** `FREE`, `LIVE` or `DEAD`. */
  states: Uint8Array = new Uint8Array(1024);
  /** The epoch of the head (see storage's `Appender`) in which the reference was given to its series. */
  bornEpochs: Uint32Array = new Uint32Array(1024);
  /** The time of the newest sample; -Infinity when there is none, Infinity when the series is not live, so that none is newer. */
  lastTimestampsMs: Float64Array = new Float64Array(1024);
  /** The newest value's words, low first. */
  lastBits: Uint32Array = new Uint32Array(2048);
  /** The open chunk ends before this time. */
  chunkEndsMs: Float64Array = new Float64Array(1024);
  /** The number of the newest finished chunk in the `ChunkTable`, or 0. */
  newestChunks: Uint32Array = new Uint32Array(1024);
  /** The reference that the log uses: it outlives a restart, ours need not. */
  walRefs: Float64Array = new Float64Array(1024);
  private readonly freeRefs = new FreeRefs();

  /** Adds a series and returns its reference. */
  add(walRef: number, epoch: number): number {
    const ref = this.freeRefs.take() || this.addRow();
    this.states[ref] = LIVE;
    this.bornEpochs[ref] = epoch;
    this.lastTimestampsMs[ref] = -Infinity;
    this.walRefs[ref] = walRef;
    this.liveCount++;
    return ref;
  }

  /** Ends a live series, which has no chunk any more or is about to lose them. */
  kill(ref: number): void {
    this.states[ref] = DEAD;
    this.lastTimestampsMs[ref] = Infinity;
    this.lastBits[2 * ref] = 0;
    this.lastBits[2 * ref + 1] = 0;
    this.liveCount--;
  }

  /** Lets the references of dead series, which ascend, be used again. */
  free(refs: Uint32Array): void {
    for (let i = 0; i < refs.length; i++) this.states[refs[i]] = FREE;
    this.freeRefs.give(refs);
  }

  /** The references of all live series, ascending. */
  liveRefs(): Uint32Array {
    const { states, count } = this;
    const refs = new Uint32Array(this.liveCount);
    let length = 0;
    for (let ref = 1; ref <= count; ref++) if (states[ref] === LIVE) refs[length++] = ref;
    return refs;
  }

  private addRow(): number {
    const ref = ++this.count;
    if (ref === this.walRefs.length) this.grow();
    return ref;
  }

  private grow(): void {
    const capacity = grownCapacity(this.walRefs.length);
    this.states = grownColumn(this.states, capacity);
    this.bornEpochs = grownColumn(this.bornEpochs, capacity);
    this.lastTimestampsMs = grownColumn(this.lastTimestampsMs, capacity);
    this.lastBits = grownColumn(this.lastBits, capacity * 2);
    this.chunkEndsMs = grownColumn(this.chunkEndsMs, capacity);
    this.newestChunks = grownColumn(this.newestChunks, capacity);
    this.walRefs = grownColumn(this.walRefs, capacity);
  }
}
