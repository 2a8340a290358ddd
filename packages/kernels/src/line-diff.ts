import { parseDecimal } from "./parse-float.ts";
import type { SharedMemory } from "./shared-memory.ts";

/*
 * One scrape's body against the layout of the one before.
 *
 * A layout has one entry a line of the body it describes, comments and blank lines included, as five columns in shared memory:
 *
 *   starts       u32  where the line starts, from the body's first byte
 *   keyLengths   u32  bytes before the sample's value; all of the line where it is no sample. Bit 31: the line has a timestamp.
 *                     Bit 30: it has an exemplar
 *   lineLengths  u32  bytes with the newline
 *   refs         u32  the sample's series; 0 where the line is no sample, or one that relabelling dropped
 *   values       f64  the sample's value
 *
 * The old layout's columns are read and the new one's written; both may be the same memory while no line is inserted (`writeIndex` must
 * not pass `readIndex`). Three more columns get the samples of lines whose reference is not 0, densely: `sampleRefs` u32,
 * `sampleValues` f64, `sampleTimestamps` f64 (milliseconds; `defaultTimestamp` where the line has none).
 *
 * `undecided` gets two u32 for each line that is still the old line's series but whose number or timestamp is not plain (NaN, Inf,
 * more than 19 digits, an error), or that has an exemplar, or had one: its index in the new layout, and its row in the sample columns, `NO_ROW` where it has none. The
 * caller parses these lines from their start and fills in `values`, the row and the bits of `keyLengths`; what it finds is the line's
 * truth.
 *
 * In the Prometheus format blanks are spaces and tabs, and timestamps whole milliseconds; in OpenMetrics there is one space before a
 * timestamp, which is in seconds, and its milliseconds are cut off.
 *
 * Columns of u32 start at multiples of 4, columns of f64 at multiples of 8. The new layout, the sample columns and `undecided` must
 * have room for every line of the body. The body must end in a newline: the caller adds the one that is missing.
 */

/** Offsets in the control block, which starts at a multiple of 8. Words are u32; addresses unless said otherwise. */
export const LineDiff = {
  previousBody: 0,
  body: 4,
  /** The address after the body's last byte. */
  bodyEnd: 8,
  /** How many lines the old layout has. */
  lineCount: 12,
  oldStarts: 16,
  oldKeyLengths: 20,
  oldLineLengths: 24,
  oldRefs: 28,
  oldValues: 32,
  starts: 36,
  keyLengths: 40,
  lineLengths: 44,
  refs: 48,
  values: 52,
  sampleRefs: 56,
  sampleValues: 60,
  sampleTimestamps: 64,
  undecided: 68,
  /** In and out: the next line of the old layout. The caller moves it after a line that it has resynchronised itself. */
  readIndex: 72,
  /** In and out: the next line of the new layout. */
  writeIndex: 76,
  /** In and out: where the next line starts in the body. */
  bodyOffset: 80,
  /** In and out: how many samples, and how many undecided lines, were written. */
  sampleCount: 84,
  undecidedCount: 88,
  /** 1 where the body is OpenMetrics, 0 where it is in the Prometheus format. */
  isOpenMetrics: 92,
  /** A double: the milliseconds of samples without a timestamp. */
  defaultTimestamp: 96,
  sizeBytes: 104,
} as const;

/** Set in `keyLengths` of a line with a timestamp. */
export const HAS_TIMESTAMP: number = 0x8000_0000;

/** Set in `keyLengths` of a line with an exemplar; such a line is never decided. */
export const HAS_EXEMPLAR: number = 0x4000_0000;

/** The bits of `keyLengths` that are the length. */
export const KEY_LENGTH: number = 0x3fff_ffff;

/** The row of an undecided line that yields no sample. */
export const NO_ROW: number = 0xffff_ffff;

/** All lines of the body are done; lines of the layout from `readIndex` on are gone. */
export const BODY_ENDED: number = 0;
/** The body goes on at `bodyOffset` with lines that the layout does not have. */
export const LAYOUT_ENDED: number = 1;
/** The line at `bodyOffset` is not the one that the layout has at `readIndex`: the caller finds out which it is, and calls again. */
export const MISMATCH: number = 2;

const MAX_TIMESTAMP_DIGITS = 15;

/** Timestamps beyond some thirty thousand years are left to the caller, as is what is no number. */
const MAX_SECONDS = 1e12;

/**
 * Walks as many lines as follow the old layout and returns why it stopped: `BODY_ENDED`, `LAYOUT_ENDED` or `MISMATCH`. A line equal to
 * the old one keeps its value unparsed; where only the value differs, only the value is parsed. Twin of assembly/line-diff.ts.
 */
export function diffLines(shared: SharedMemory, control: number): number {
  const { u8, u32, f64, view } = shared;
  const word = control >>> 2;
  const previousBody = u32[word];
  const body = u32[word + 1];
  const bodyEnd = u32[word + 2];
  const lineCount = u32[word + 3];
  const oldStarts = u32[word + 4] >>> 2;
  const oldKeyLengths = u32[word + 5] >>> 2;
  const oldLineLengths = u32[word + 6] >>> 2;
  const oldRefs = u32[word + 7] >>> 2;
  const oldValues = u32[word + 8] >>> 3;
  const starts = u32[word + 9] >>> 2;
  const keyLengths = u32[word + 10] >>> 2;
  const lineLengths = u32[word + 11] >>> 2;
  const refs = u32[word + 12] >>> 2;
  const values = u32[word + 13] >>> 3;
  const sampleRefs = u32[word + 14] >>> 2;
  const sampleValues = u32[word + 15] >>> 3;
  const sampleTimestamps = u32[word + 16] >>> 3;
  const undecided = u32[word + 17] >>> 2;
  let readIndex = u32[word + 18];
  let writeIndex = u32[word + 19];
  let line = body + u32[word + 20];
  let sampleCount = u32[word + 21];
  let undecidedCount = u32[word + 22];
  const isOpenMetrics = u32[word + 23] !== 0;
  const defaultTimestamp = f64[(control + LineDiff.defaultTimestamp) >>> 3];

  let status = BODY_ENDED;
  while (line < bodyEnd) {
    if (readIndex >= lineCount) {
      status = LAYOUT_ENDED;
      break;
    }
    const old = previousBody + u32[oldStarts + readIndex];
    const oldLength = u32[oldLineLengths + readIndex];
    const keyFlags = u32[oldKeyLengths + readIndex];
    const keyLength = keyFlags & KEY_LENGTH;
    const ref = u32[oldRefs + readIndex];
    let value = f64[oldValues + readIndex];

    // Eight bytes as a double: equal doubles are equal bytes, but for zeros (eight or seven NUL bytes), and NaN equals nothing; both
    // are left to the loop over bytes.
    let same = 0;
    const lastWord = oldLength - 8;
    while (same <= lastWord) {
      const eight = view.getFloat64(line + same, true);
      if (eight !== view.getFloat64(old + same, true) || eight === 0) break;
      same += 8;
    }
    while (same < oldLength && u8[line + same] === u8[old + same]) same++;

    let length = oldLength;
    let timestampMs = defaultTimestamp;
    let timestampFlag = 0;
    let isDecided = true;
    const isIdentical = same === oldLength && line + oldLength <= bodyEnd;
    if (!isIdentical || keyFlags !== keyLength) {
      const valueStart = line + keyLength;
      if ((!isIdentical && same < keyLength) || valueStart >= bodyEnd || !startsNumber(u8[valueStart])) {
        status = MISMATCH;
        break;
      }
      // The body's last byte is a newline, so that these loops end inside it.
      let p = valueStart;
      while (u8[p] > 0x20) p++;
      if (!isIdentical) {
        value = parseDecimal(u8, valueStart, p);
        isDecided = value === value;
      }
      if (isOpenMetrics) {
        if ((keyFlags & HAS_EXEMPLAR) !== 0) isDecided = false;
        if (u8[p] !== 0x0a) {
          const start = p + 1;
          if (u8[p] !== 0x20) isDecided = false;
          for (p = start; u8[p] > 0x20;) p++;
          const seconds = parseDecimal(u8, start, p);
          if (!(Math.abs(seconds) < MAX_SECONDS) || u8[p] !== 0x0a) isDecided = false;
          // Adding zero takes the sign from a zero.
          timestampMs = Math.trunc(seconds * 1000) + 0;
          timestampFlag = HAS_TIMESTAMP;
          while (u8[p] !== 0x0a) p++;
        }
      } else {
        while (u8[p] === 0x20 || u8[p] === 0x09) p++;
        if (u8[p] !== 0x0a) {
          const digits = p;
          timestampMs = 0;
          timestampFlag = HAS_TIMESTAMP;
          for (; u8[p] >= 0x30 && u8[p] <= 0x39; p++) timestampMs = timestampMs * 10 + (u8[p] - 0x30);
          if (p === digits || p - digits > MAX_TIMESTAMP_DIGITS) isDecided = false;
          while (u8[p] === 0x20 || u8[p] === 0x09) p++;
          if (u8[p] !== 0x0a) isDecided = false;
          while (u8[p] !== 0x0a) p++;
        }
      }
      length = p + 1 - line;
    }

    u32[starts + writeIndex] = line - body;
    u32[keyLengths + writeIndex] = keyLength | timestampFlag;
    u32[lineLengths + writeIndex] = length;
    u32[refs + writeIndex] = ref;
    f64[values + writeIndex] = value;
    if (!isDecided) {
      u32[undecided + 2 * undecidedCount] = writeIndex;
      u32[undecided + 2 * undecidedCount + 1] = ref === 0 ? NO_ROW : sampleCount;
      undecidedCount++;
    }
    if (ref !== 0) {
      u32[sampleRefs + sampleCount] = ref;
      f64[sampleValues + sampleCount] = value;
      f64[sampleTimestamps + sampleCount] = timestampMs;
      sampleCount++;
    }
    readIndex++;
    writeIndex++;
    line += length;
  }

  u32[word + 18] = readIndex;
  u32[word + 19] = writeIndex;
  u32[word + 20] = line - body;
  u32[word + 21] = sampleCount;
  u32[word + 22] = undecidedCount;
  return status;
}

/** What a number may start with: digits, a sign, a point, the first letters of NaN and Inf. */
function startsNumber(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || c === 0x2b || c === 0x2d || c === 0x2e || (c | 0x20) === 0x6e || (c | 0x20) === 0x69;
}
