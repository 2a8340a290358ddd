import type { SampleLine } from "@ferula/exposition";
import { compareUtf8 } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import type { ScrapedExemplar } from "../body-reader.ts";
import { utf8 } from "./comments.ts";

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
