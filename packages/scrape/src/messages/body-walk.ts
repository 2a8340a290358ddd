import { sortExemplars, type SampleRows } from "./sample-rows.ts";
import type { MessageExemplar } from "@ferula/exposition";
import type { Histogram } from "@ferula/model";
import type { Workspace } from "../cache/workspace.ts";
import { type EntryTable, NO_SERIES } from "./entry-table.ts";
import type { KnownEntries } from "./entry-finder.ts";
import { type HistogramLimits, limitHistogram } from "./limit-histogram.ts";
import { pushHistogramRow } from "./sample-rows.ts";

/** A body on its way into the table `next`, beside what the last good one left. */
export interface BodyWalk {
  readonly workspace: Workspace;
  readonly rows: SampleRows;
  readonly last: EntryTable;
  readonly entries: KnownEntries;
  readonly next: EntryTable;
  /** Where the body lies. */
  readonly start: number;
  readonly end: number;
  /** The scrape's time, and the last that a sample may have. */
  readonly timestampMs: number;
  readonly latestMs: number;
  /** The entry of `last` that is expected next. */
  readIndex: number;
  /** By entry of `last`, whether it was met; made when the first is out of place. */
  visited: Uint8Array | undefined;
  scraped: number;
  afterRelabelling: number;
  /** Samples of series that are not made: the limit of samples was reached before them. */
  overLimit: number;
  tooFarAhead: number;
  exceedsBucketLimit: boolean;
}

/** Takes the entry `known` of the last table, or none where it is -1, as met. */
export function meet(walk: BodyWalk, known: number): void {
  if (known < 0) return;
  if (walk.visited === undefined && known !== walk.readIndex) {
    walk.visited = new Uint8Array(walk.last.entryCount).fill(1, 0, walk.readIndex);
  }
  if (walk.visited !== undefined) walk.visited[known] = 1;
  walk.readIndex = known + 1;
}

/** Counts a sample of the series `ref`, and returns whether it is to be stored. */
export function countSample(walk: BodyWalk, ref: number, timestampMs: number): boolean {
  walk.scraped++;
  if (ref === NO_SERIES) return false;
  walk.afterRelabelling++;
  if (timestampMs <= walk.latestMs) return true;
  walk.tooFarAhead++;
  return false;
}

/** Adds a histogram that keeps the limits; notes one that doesn't, which fails the scrape when all of it is read. */
export function takeHistogram(
  walk: BodyWalk,
  ref: number,
  timestampMs: number,
  startTimestampMs: number,
  histogram: Histogram,
  limits: HistogramLimits,
): boolean {
  if (!countSample(walk, ref, timestampMs)) return false;
  if (!limitHistogram(histogram, limits)) {
    walk.exceedsBucketLimit = true;
    return false;
  }
  pushHistogramRow(walk.rows, ref, timestampMs, startTimestampMs, histogram);
  return true;
}

/** Adds exemplars of one sample; those without a time are of the sample's, or left out where it is a histogram. */
export function takeExemplars(
  { rows: { exemplars } }: BodyWalk,
  ref: number,
  timestampMs: number | undefined,
  read: readonly MessageExemplar[],
): void {
  const from = exemplars.length;
  for (let i = 0; i < read.length; i++) {
    const at = read[i].timestampMs ?? timestampMs;
    if (at === undefined) continue;
    exemplars.push({ ref, timestampMs: at, hasTimestamp: read[i].timestampMs !== undefined, value: read[i].value, labels: read[i].labels });
  }
  sortExemplars(exemplars, from);
}
