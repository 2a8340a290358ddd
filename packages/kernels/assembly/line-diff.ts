// One scrape's body against the layout of the one before. src/line-diff.ts is the twin and says what the control block holds.
import { parseDecimal } from "./parse-float";

const HAS_TIMESTAMP: u32 = 0x80000000;
const HAS_EXEMPLAR: u32 = 0x40000000;
const KEY_LENGTH: u32 = 0x3fffffff;
const NO_ROW: u32 = 0xffffffff;
const MAX_TIMESTAMP_DIGITS: usize = 15;
const MAX_SECONDS: f64 = 1e12;

const BODY_ENDED: i32 = 0;
const LAYOUT_ENDED: i32 = 1;
const MISMATCH: i32 = 2;

export function diffLines(control: usize): i32 {
  const previousBody = <usize>load<u32>(control);
  const body = <usize>load<u32>(control, 4);
  const bodyEnd = <usize>load<u32>(control, 8);
  const lineCount = load<u32>(control, 12);
  const oldStarts = <usize>load<u32>(control, 16);
  const oldKeyLengths = <usize>load<u32>(control, 20);
  const oldLineLengths = <usize>load<u32>(control, 24);
  const oldRefs = <usize>load<u32>(control, 28);
  const oldValues = <usize>load<u32>(control, 32);
  const starts = <usize>load<u32>(control, 36);
  const keyLengths = <usize>load<u32>(control, 40);
  const lineLengths = <usize>load<u32>(control, 44);
  const refs = <usize>load<u32>(control, 48);
  const values = <usize>load<u32>(control, 52);
  const sampleRefs = <usize>load<u32>(control, 56);
  const sampleValues = <usize>load<u32>(control, 60);
  const sampleTimestamps = <usize>load<u32>(control, 64);
  const undecided = <usize>load<u32>(control, 68);
  let readIndex = load<u32>(control, 72);
  let writeIndex = load<u32>(control, 76);
  let line = body + <usize>load<u32>(control, 80);
  let sampleCount = load<u32>(control, 84);
  let undecidedCount = load<u32>(control, 88);
  const isOpenMetrics = load<u32>(control, 92) != 0;
  const defaultTimestamp = load<f64>(control, 96);

  let status = BODY_ENDED;
  while (line < bodyEnd) {
    if (readIndex >= lineCount) {
      status = LAYOUT_ENDED;
      break;
    }
    const readAt = <usize>readIndex << 2;
    const old = previousBody + <usize>load<u32>(oldStarts + readAt);
    const oldLength = <usize>load<u32>(oldLineLengths + readAt);
    const keyFlags = load<u32>(oldKeyLengths + readAt);
    const keyLength = <usize>(keyFlags & KEY_LENGTH);
    const ref = load<u32>(oldRefs + readAt);
    let value = load<f64>(oldValues + (<usize>readIndex << 3));

    let same: usize = 0;
    while (same < oldLength) {
      const differs = i8x16.bitmask(i8x16.ne(v128.load(line + same), v128.load(old + same)));
      if (differs != 0) {
        same += ctz(differs);
        break;
      }
      same += 16;
    }

    let length = oldLength;
    let timestamp = defaultTimestamp;
    let hasTimestamp: u32 = 0;
    let decided = true;
    const isIdentical = same >= oldLength && line + oldLength <= bodyEnd;
    if (!isIdentical || (keyFlags & ~KEY_LENGTH) != 0) {
      let p = line + keyLength;
      if ((!isIdentical && same < keyLength) || p >= bodyEnd || !startsNumber(load<u8>(p))) {
        status = MISMATCH;
        break;
      }
      // The body's last byte is a newline, so that these loops end inside it.
      while (load<u8>(p) > 0x20) p++;
      if (!isIdentical) {
        value = parseDecimal(line + keyLength, p);
        decided = value == value;
      }
      if (isOpenMetrics) {
        decided = decided && (keyFlags & HAS_EXEMPLAR) == 0;
        if (load<u8>(p) != 0x0a) {
          const start = p + 1;
          decided = decided && load<u8>(p) == 0x20;
          for (p = start; load<u8>(p) > 0x20; ) p++;
          const seconds = parseDecimal(start, p);
          decided = decided && abs(seconds) < MAX_SECONDS && load<u8>(p) == 0x0a;
          // Adding zero takes the sign from a zero.
          timestamp = trunc(seconds * 1000) + 0;
          hasTimestamp = HAS_TIMESTAMP;
          while (load<u8>(p) != 0x0a) p++;
        }
      } else {
        while (load<u8>(p) == 0x20 || load<u8>(p) == 0x09) p++;
        if (load<u8>(p) != 0x0a) {
          const digits = p;
          let milliseconds: f64 = 0;
          for (; isDigit(load<u8>(p)); p++) milliseconds = milliseconds * 10 + <f64>(load<u8>(p) - 0x30);
          decided = decided && p > digits && p - digits <= MAX_TIMESTAMP_DIGITS;
          timestamp = milliseconds;
          hasTimestamp = HAS_TIMESTAMP;
          while (load<u8>(p) == 0x20 || load<u8>(p) == 0x09) p++;
          decided = decided && load<u8>(p) == 0x0a;
          while (load<u8>(p) != 0x0a) p++;
        }
      }
      length = p + 1 - line;
    }

    const writeAt = <usize>writeIndex << 2;
    store<u32>(starts + writeAt, <u32>(line - body));
    store<u32>(keyLengths + writeAt, <u32>keyLength | hasTimestamp);
    store<u32>(lineLengths + writeAt, <u32>length);
    store<u32>(refs + writeAt, ref);
    store<f64>(values + (<usize>writeIndex << 3), value);
    if (!decided) {
      const at = undecided + (<usize>undecidedCount << 3);
      store<u32>(at, writeIndex);
      store<u32>(at, ref == 0 ? NO_ROW : sampleCount, 4);
      undecidedCount++;
    }
    if (ref != 0) {
      store<u32>(sampleRefs + (<usize>sampleCount << 2), ref);
      store<f64>(sampleValues + (<usize>sampleCount << 3), value);
      store<f64>(sampleTimestamps + (<usize>sampleCount << 3), timestamp);
      sampleCount++;
    }
    readIndex++;
    writeIndex++;
    line += length;
  }

  store<u32>(control, readIndex, 72);
  store<u32>(control, writeIndex, 76);
  store<u32>(control, <u32>(line - body), 80);
  store<u32>(control, sampleCount, 84);
  store<u32>(control, undecidedCount, 88);
  return status;
}

/** What a number may start with: digits, a sign, a point, the first letters of NaN and Inf. */
function startsNumber(c: u32): bool {
  return isDigit(c) || c == 0x2b || c == 0x2d || c == 0x2e || (c | 0x20) == 0x6e || (c | 0x20) == 0x69;
}

function isDigit(c: u32): bool {
  return c - 0x30 <= 9;
}
