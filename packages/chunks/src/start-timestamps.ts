import type { BitReader } from "./bits/bit-reader.ts";
import type { BitWriter } from "./bits/bit-writer.ts";
import { differenceHigh, sumHigh } from "./bits/int64.ts";
import { readVarbitInt, readVarint, writeVarbitInt, writeVarint } from "./bits/varbit.ts";

/** Where the byte about start timestamps stands in the headers that have one. */
export const START_TIMESTAMP_BYTE = 2;

/** In that byte: the first sample has a start timestamp. */
const FIRST_IS_KNOWN = 0x80;

/** The rest of that byte is the index of the sample at which the start timestamp changes first, 0 for never: up to this. */
const LAST_INDEX = 0x7f;

/**
 * Start timestamps beside a chunk's samples (tsdb/chunkenc/st.go). They cost nothing while there are none and one varint while they
 * stay as they were at the first sample. From the first change on, each sample tells how far its start lies before the timestamp of the
 * sample before it, as a difference to the distance last told. A chunk that comes to its 127th sample without a change tells them from
 * there on, as the header can't name a later one.
 */
export class StartTimestamps {
  /** The start timestamp of the last sample, in words; 0 is none. */
  low = 0;
  high = 0;
  /** The distance that was told last, in words. */
  distanceLow = 0;
  distanceHigh = 0;
  private isFirstKnown: boolean;
  private changeIndex: number;

  /** Goes by a header's byte: 0 for a new chunk. */
  constructor(headerByte: number) {
    this.isFirstKnown = (headerByte & FIRST_IS_KNOWN) !== 0;
    this.changeIndex = headerByte & LAST_INDEX;
  }

  /** Goes on where another stood: by the chunk's header and the words above. */
  resume(headerByte: number, low: number, high: number, distanceLow: number, distanceHigh: number): void {
    this.isFirstKnown = (headerByte & FIRST_IS_KNOWN) !== 0;
    this.changeIndex = headerByte & LAST_INDEX;
    this.low = low;
    this.high = high;
    this.distanceLow = distanceLow;
    this.distanceHigh = distanceHigh;
  }

  /** Reads that of sample `index`, whose timestamp and, from the second on, the one before it are given in words. */
  read(reader: BitReader, index: number, timeLow: number, timeHigh: number, previousLow: number, previousHigh: number): void {
    if (index === 0) {
      if (!this.isFirstKnown) return;
      readVarint(reader);
      this.low = (timeLow - reader.low) | 0;
      this.high = differenceHigh(timeLow, timeHigh, reader.low, reader.high);
      return;
    }
    if (this.changeIndex === 0 || index < this.changeIndex) return;
    readVarbitInt(reader);
    if (index === this.changeIndex) {
      this.distanceLow = reader.low;
      this.distanceHigh = reader.high;
    } else {
      this.distanceHigh = sumHigh(this.distanceLow, this.distanceHigh, reader.low, reader.high);
      this.distanceLow = (this.distanceLow + reader.low) | 0;
    }
    this.low = (previousLow - this.distanceLow) | 0;
    this.high = differenceHigh(previousLow, previousHigh, this.distanceLow, this.distanceHigh);
  }

  /** Writes that of sample `index`. */
  write(
    writer: BitWriter,
    index: number,
    low: number,
    high: number,
    timeLow: number,
    timeHigh: number,
    previousLow: number,
    previousHigh: number,
  ): void {
    if (index === 0) {
      if (low !== 0 || high !== 0) this.writeFirst(writer, low, high, timeLow, timeHigh);
    } else if (this.changeIndex !== 0 || low !== this.low || high !== this.high || index === LAST_INDEX) {
      this.writeDistance(writer, index, (previousLow - low) | 0, differenceHigh(previousLow, previousHigh, low, high));
    }
    this.low = low;
    this.high = high;
  }

  private writeFirst(writer: BitWriter, low: number, high: number, timeLow: number, timeHigh: number): void {
    writeVarint(writer, (timeLow - low) | 0, differenceHigh(timeLow, timeHigh, low, high));
    this.isFirstKnown = true;
    writer.setByte(START_TIMESTAMP_BYTE, FIRST_IS_KNOWN);
  }

  private writeDistance(writer: BitWriter, index: number, distanceLow: number, distanceHigh: number): void {
    if (this.changeIndex === 0) {
      this.changeIndex = index;
      writer.setByte(START_TIMESTAMP_BYTE, writer.byteAt(START_TIMESTAMP_BYTE) | index);
      writeVarbitInt(writer, distanceLow, distanceHigh);
    } else {
      const changeHigh = differenceHigh(distanceLow, distanceHigh, this.distanceLow, this.distanceHigh);
      writeVarbitInt(writer, (distanceLow - this.distanceLow) | 0, changeHigh);
    }
    this.distanceLow = distanceLow;
    this.distanceHigh = distanceHigh;
  }
}
