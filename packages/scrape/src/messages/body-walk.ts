import { readExemplar } from "@ferula/exposition";
import type { Histogram } from "@ferula/model";
import { takeRoom } from "../cache/exemplar.ts";
import type { RefList } from "../cache/ref-list.ts";
import type { Workspace } from "../cache/workspace.ts";
import { addText, type EntryTable, NO_SERIES } from "./entry-table.ts";
import { areEqual, type KnownEntries } from "./entry-finder.ts";
import { type HistogramLimits, limitHistogram } from "./limit-histogram.ts";
import { pushHistogramRow, type MessageRows } from "./sample-rows.ts";

/** A body on its way into the table `next`, beside what the last good one left. */
export interface BodyWalk {
  readonly workspace: Workspace;
  readonly rows: MessageRows;
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
  /** The series whose samples lie too far ahead. */
  readonly tooFarAhead: RefList;
  /** How many new series stood before the first histogram that has too many buckets; undefined where there is none. */
  addedWithin: number | undefined;
  /** The series of a histogram that contradicts itself: it ends the body, and does not count as one that was added. */
  refused: number;
  /** Whether one of the texts about metrics is not what stood in its place in the last body. */
  hasNewTexts: boolean;
}

/** Takes a text that the body has about its metrics, where it stands. */
export function takeText(walk: BodyWalk, u8: Uint8Array, start: number, end: number): void {
  const { last, next } = walk;
  const i = next.textCount;
  addText(next, start, end - start);
  walk.hasNewTexts ||= i >= last.textCount || last.textLengths[i] !== end - start || !areEqual(u8, last.textStarts[i], start, end - start);
}

/** Takes a number that the body has about its metrics. */
export function takeWord(walk: BodyWalk, word: number): void {
  const { last, next } = walk;
  const i = next.textCount;
  addText(next, word, 0);
  walk.hasNewTexts ||= i >= last.textCount || last.textLengths[i] !== 0 || last.textStarts[i] !== word;
}

/** Whether a body that was walked to its end says anything else about its metrics than the last one. */
export function hasNewTexts({ hasNewTexts: hasNew, last, next }: BodyWalk): boolean {
  return hasNew || last.textCount !== next.textCount;
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
  walk.tooFarAhead.push(ref);
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
  if (!keepsLimits(walk, ref, histogram, limits)) {
    if (walk.addedWithin === undefined) walk.addedWithin = addedBefore(walk, ref);
    return false;
  }
  pushHistogramRow(walk.rows, ref, timestampMs, startTimestampMs, histogram);
  return true;
}

/** How many of the new slots stand before those of a series. */
function addedBefore({ workspace: { added }, next }: BodyWalk, ref: number): number {
  const at = added.view().findIndex((slot) => next.refs[slot] === ref);
  return at < 0 ? added.length : at;
}

/** Throws as `limitHistogram` does; then the sample does not count as one behind relabelling. */
function keepsLimits(walk: BodyWalk, ref: number, histogram: Histogram, limits: HistogramLimits): boolean {
  try {
    return limitHistogram(histogram, limits);
  } catch (error) {
    walk.afterRelabelling--;
    walk.refused = ref;
    throw error;
  }
}

/** Adds the exemplar that stands from `start` to `end`. Without a time it is of its sample's, or left out where that is undefined. */
export function takeExemplar(
  { rows: { exemplars } }: BodyWalk,
  u8: Uint8Array,
  start: number,
  end: number,
  ref: number,
  timestampMs: number | undefined,
): void {
  if (!takeRoom(exemplars, end - start)) return;
  const { timestampMs: own, value, labels } = readExemplar(u8, start, end);
  const at = own ?? timestampMs;
  if (at !== undefined) exemplars.rows.push({ ref, timestampMs: at, hasTimestamp: own !== undefined, value, labels });
}
