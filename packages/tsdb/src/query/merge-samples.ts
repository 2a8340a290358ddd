import { SAMPLE_TYPES } from "@ferula/chunks";
import {
  createHistogramColumns,
  createSampleColumns,
  growSampleColumns,
  pushHistogram,
  type FloatHistogram,
  type HistogramColumns,
  type SampleColumns,
} from "@ferula/model";
import { ChainedSamples } from "../compact/chained-samples.ts";
import { ColumnCursor } from "./column-cursor.ts";
import { firstTimeMs, forgetReset, joinFloats, joinHistograms, lastTimeMs, type SeriesColumns } from "./join-samples.ts";
import type { MatchedSeries } from "./match-series.ts";
import type { SourceSet } from "./source-set.ts";

/**
 * Reads the samples of series that several sets hold: by ascending time, of each time one. Most sets follow each other in time, then their
 * columns are put one behind the other; those that overlap are merged, see `ChainedSamples`.
 *
 * Floats and histograms are read together, as a float of one set may stand in the way of a histogram of another. The series that was read
 * last is kept, so that its histograms after its floats cost nothing.
 */
export class SampleMerger {
  private readonly sets: readonly SourceSet[];
  private readonly matched: MatchedSeries;
  /** What each member of a series holds; made when a series with so many members is first read. */
  private readonly members: SeriesColumns[] = [];
  private readonly merged: SeriesColumns = emptyColumns();
  /** Of the series `gathered`, one behind the other in time. */
  private readonly parts: SeriesColumns[] = [];
  private gathered = -1;
  /** 1 for each series that turned out to have no histograms: who asks for them later need not wait for its floats again. */
  private readonly isOfFloats: Uint8Array;

  constructor(sets: readonly SourceSet[], matched: MatchedSeries) {
    this.sets = sets;
    this.matched = matched;
    this.isOfFloats = new Uint8Array(matched.count);
  }

  read(index: number, out: SampleColumns): void {
    this.gather(index);
    joinFloats(this.parts, out);
  }

  readHistograms(index: number, out: HistogramColumns): void {
    out.length = 0;
    if (this.isOfFloats[index] === 1) return;
    this.gather(index);
    joinHistograms(this.parts, out);
    // Who asked may change them.
    this.gathered = -1;
  }

  private gather(index: number): void {
    if (this.gathered === index) return;
    this.gathered = -1;
    const { memberStart, memberSet, memberIndex } = this.matched;
    const first = memberStart[index];
    const count = memberStart[index + 1] - first;
    while (this.members.length < count) this.members.push(emptyColumns());
    for (let i = 0; i < count; i++) {
      const set = this.sets[memberSet[first + i]];
      set.read(memberIndex[first + i], this.members[i].floats);
      set.readHistograms(memberIndex[first + i], this.members[i].histograms);
    }
    this.orderParts(count);
    if (this.doOverlap()) {
      mergeColumns(this.members, count, this.merged);
      this.parts.length = 0;
      this.parts.push(this.merged);
    } else if (count > 1) {
      for (let i = 0; i < this.parts.length; i++) forgetReset(this.parts[i]);
    }
    this.gathered = index;
    this.isOfFloats[index] = hasHistograms(this.parts) ? 0 : 1;
  }

  /** Puts the members that have samples in the order of their first ones; there are few. */
  private orderParts(count: number): void {
    const { parts, members } = this;
    parts.length = 0;
    for (let i = 0; i < count; i++) {
      const timeMs = firstTimeMs(members[i]);
      if (timeMs === Infinity) continue;
      let at = parts.length;
      for (; at > 0 && firstTimeMs(parts[at - 1]) > timeMs; at--) parts[at] = parts[at - 1];
      parts[at] = members[i];
    }
  }

  private doOverlap(): boolean {
    const { parts } = this;
    for (let i = 1; i < parts.length; i++) if (firstTimeMs(parts[i]) <= lastTimeMs(parts[i - 1])) return true;
    return false;
  }
}

function hasHistograms(parts: readonly SeriesColumns[]): boolean {
  for (let i = 0; i < parts.length; i++) if (parts[i].histograms.length > 0) return true;
  return false;
}

function emptyColumns(): SeriesColumns {
  return { floats: createSampleColumns(256), histograms: createHistogramColumns(0) };
}

/**
 * Merges the columns of the first `count` members, which may overlap in time. Empty members stay in the row: in upstream's choice among
 * samples of one time they have their place.
 */
export function mergeColumns(members: readonly SeriesColumns[], count: number, { floats, histograms }: SeriesColumns): void {
  floats.length = 0;
  histograms.length = 0;
  const samples = new ChainedSamples(members.slice(0, count).map((columns) => new ColumnCursor(columns)));
  for (let type = samples.next(); type !== SAMPLE_TYPES.none; type = samples.next()) {
    if (type === SAMPLE_TYPES.float) {
      growSampleColumns(floats, floats.length + 1);
      floats.timestampsMs[floats.length] = samples.timestampMs;
      floats.valueBits[2 * floats.length] = samples.valueLow;
      floats.valueBits[2 * floats.length + 1] = samples.valueHigh;
      floats.length++;
    } else {
      pushHistogram(histograms, samples.timestampMs, samples.histogram() as FloatHistogram);
    }
  }
}
