import { parseValue, type SampleLine } from "@ferula/exposition";
import { labelsKey, labelsWithout, labelValue, METRIC_NAME, parseFloatText, type Labels } from "@ferula/model";
import { utf8 } from "../cache/comments.ts";
import { hashBytes } from "./entry-finder.ts";

/** What the names of a classic histogram's series end in. */
const SUFFIXES: readonly Uint8Array[] = ["_bucket", "_sum", "_count"].map((suffix) => Buffer.from(suffix));

/** How long the suffixes are, which tells them apart. */
export const BUCKET_SUFFIX_LENGTH = 7;
export const SUM_SUFFIX_LENGTH = 4;

/** How many bytes of a line's name stand before a histogram's suffix; all, where there is none. */
export function baseNameLength(u8: Uint8Array, { nameStart, nameEnd }: SampleLine): number {
  const length = nameEnd - nameStart;
  for (let s = 0; s < SUFFIXES.length; s++) if (endsIn(u8, nameStart, nameEnd, SUFFIXES[s])) return length - SUFFIXES[s].length;
  return length;
}

function endsIn(u8: Uint8Array, start: number, end: number, suffix: Uint8Array): boolean {
  const from = end - suffix.length;
  if (from < start) return false;
  for (let k = 0; k < suffix.length; k++) if (u8[from + k] !== suffix[k]) return false;
  return true;
}

/**
 * The bound of a line with a histogram's suffix behind a base name of `baseLength` bytes: that of a bucket, 0 of a sum and a count. Undefined
 * when the line can't be a part of a histogram.
 */
export function boundOf(u8: Uint8Array, line: SampleLine, baseLength: number): number | undefined {
  const suffixLength = line.nameEnd - line.nameStart - baseLength;
  if (suffixLength === 0) return undefined;
  if (suffixLength !== BUCKET_SUFFIX_LENGTH) return 0;
  const { labelRanges, labelCount } = line;
  for (let i = 0; i < 4 * labelCount; i += 4) {
    const start = labelRanges[i];
    if (labelRanges[i + 1] - start !== 2 || u8[start] !== LETTER_L || u8[start + 1] !== LETTER_E) continue;
    const bound =
      parseValue(u8, labelRanges[i + 2], labelRanges[i + 3]) ?? parseFloatText(utf8(u8, labelRanges[i + 2], labelRanges[i + 3]));
    return bound === undefined || Number.isNaN(bound) ? undefined : bound;
  }
  return undefined;
}

const LETTER_L = 0x6c;
const LETTER_E = 0x65;

const NOT_OF_GROUP: ReadonlySet<string> = new Set([METRIC_NAME, "le"]);

/** Puts a hash of the base name and of the labels but `le` into the first two words of a context: 0 and 0 where there are no labels. */
export function groupHash(context: Uint32Array, labels: Labels | undefined, suffixLength: number): void {
  context[0] = context[1] = 0;
  if (labels === undefined) return;
  const name = labelValue(labels, METRIC_NAME);
  const base = name.slice(0, name.length - suffixLength);
  const key = Buffer.from(`${base}\0${labelsKey(labelsWithout(labels, NOT_OF_GROUP))}`);
  context[0] = hashBytes(key, 0, key.length);
  context[1] = hashBytes(key, 0, key.length, SECOND_SEED);
}

/** Another start makes another hash: two of 32 bits tell a body's histograms apart. */
const SECOND_SEED = 0x2545f491;
