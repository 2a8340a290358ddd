const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** The series of a result are objects in an array in an object. */
const SERIES_DEPTH = 2;

/** Passes the first series of a result on and drops the rest. */
export interface SeriesLimiter {
  /** The part of the next piece that is kept; it may be empty. */
  readonly take: (bytes: Uint8Array) => Uint8Array;
  /** What must follow the last piece, to close what was cut open. */
  readonly rest: () => Uint8Array;
  /** Whether a series was dropped. */
  readonly isTruncated: () => boolean;
}

const NOTHING = new Uint8Array(0);
const CLOSING = Buffer.from("]}");

/**
 * Limits the `data` of a query to its first `limit` (from 1) series, on the bytes as they stream by: nothing is parsed, so what is kept
 * stays as it was written. Scalars and strings have no series and pass whole. Pieces may end anywhere.
 */
export function createSeriesLimiter(limit: number): SeriesLimiter {
  let depth = 0;
  let seriesCount = 0;
  let isInString = false;
  let isEscaped = false;
  let isFull = false;
  let isTruncated = false;
  let knowsWhatFollows = false;

  function take(bytes: Uint8Array): Uint8Array {
    if (isFull) {
      lookAtNext(bytes, 0);
      return NOTHING;
    }
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (isInString) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) isInString = false;
      } else if (byte === QUOTE) {
        isInString = true;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        depth++;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth--;
        if (byte === CLOSE_BRACE && depth === SERIES_DEPTH && ++seriesCount === limit) {
          isFull = true;
          lookAtNext(bytes, i + 1);
          return bytes.subarray(0, i + 1);
        }
      }
    }
    return bytes;
  }

  /** The byte after the last series that is kept tells whether there are more. */
  function lookAtNext(bytes: Uint8Array, index: number): void {
    if (knowsWhatFollows || index >= bytes.length) return;
    knowsWhatFollows = true;
    isTruncated = bytes[index] === COMMA;
  }

  return { take, rest: () => (isFull ? CLOSING : NOTHING), isTruncated: () => isTruncated };
}
