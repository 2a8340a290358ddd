import type { SampleLine } from "@ferula/exposition";
import { compareUtf8 } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import type { ScrapedExemplar } from "../body-reader.ts";
import { utf8 } from "./comments.ts";

/** The exemplars of a body, and what is left of the room for them. */
export interface BodyExemplars {
  readonly rows: ScrapedExemplar[];
  /** How many were read, and how many bytes their texts have. */
  readCount: number;
  sizeBytes: number;
  /** How many there was no room for. */
  leftOut: number;
}

/** As many are read of one body: a storage keeps so many of all targets, unless it is told otherwise. */
const MOST_EXEMPLARS = 100_000;

/** What these take where each has two identifiers. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Longer ones are left out: no storage keeps them, whose labels have more than 128 characters (model/exemplar/exemplar.go). */
const LONGEST_BYTES = 2048;

/** Room for those of a body. */
export function createBodyExemplars(): BodyExemplars {
  return { rows: [], readCount: 0, sizeBytes: 0, leftOut: 0 };
}

/** Forgets what is in. */
export function clearBodyExemplars(exemplars: BodyExemplars): void {
  exemplars.rows.length = 0;
  exemplars.readCount = exemplars.sizeBytes = exemplars.leftOut = 0;
}

/** Whether there is room for one more, whose text has so many bytes, and counts it. Asked before it is read: each is an object. */
export function takeRoom(exemplars: BodyExemplars, sizeBytes: number): boolean {
  if (sizeBytes > LONGEST_BYTES || exemplars.readCount === MOST_EXEMPLARS || exemplars.sizeBytes + sizeBytes > MOST_BYTES) {
    exemplars.leftOut++;
    return false;
  }
  exemplars.readCount++;
  exemplars.sizeBytes += sizeBytes;
  return true;
}

/** How many bytes the labels of a line's exemplar take. */
export function exemplarBytes({ exemplarLabelRanges, exemplarLabelCount }: SampleLine): number {
  return exemplarLabelCount === 0 ? 0 : exemplarLabelRanges[4 * exemplarLabelCount - 1] - exemplarLabelRanges[0];
}

/**
 * The exemplar of a line, of the series `ref`; without a time of its own it is of its sample's, `timestampMs`. Its labels are as the body
 * spells them: upstream undoes no escapes in them.
 */
export function readExemplar(bytes: Uint8Array, line: SampleLine, ref: SeriesRef, timestampMs: number): ScrapedExemplar {
  const { exemplarLabelRanges: ranges, exemplarLabelCount, hasExemplarTimestamp } = line;
  const pairs: [name: string, value: string][] = [];
  for (let i = 0; i < 4 * exemplarLabelCount; i += 4) {
    pairs.push([utf8(bytes, ranges[i], ranges[i + 1]), utf8(bytes, ranges[i + 2], ranges[i + 3])]);
  }
  return {
    ref,
    timestampMs: hasExemplarTimestamp ? line.exemplarTimestampMs : timestampMs,
    hasTimestamp: hasExemplarTimestamp,
    value: line.exemplarValue,
    labels: pairs.sort((a, b) => compareUtf8(a[0], b[0])).flat(),
  };
}
