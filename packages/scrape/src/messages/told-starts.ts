import { createSampleLine, ExpositionError, type SampleLine } from "@ferula/exposition";
import type { MetricType } from "@ferula/model";
import { IGNORE_LINES } from "../cache/comments.ts";
import { CREATED_SUFFIX_LENGTH, isCreatedLine, ownLabelOf } from "../cache/created-lines.ts";
import type { Syntax } from "../cache/syntax.ts";
import { hashBytes } from "./entry-finder.ts";

/** Where a line stands: its body ends at `end`; `type` and the length of the name are those of the comments before it. */
export interface LinePlace {
  readonly u8: Uint8Array;
  readonly end: number;
  readonly type: MetricType | undefined;
  readonly familyLength: number;
}

/** Tells when counters began, from lines that follow theirs. */
export interface ToldStarts {
  /** Begins a body. */
  readonly clear: () => void;
  /** When the counter of a line began, in milliseconds; 0 where nothing tells it. Lines are asked about in their order. */
  readonly startOf: (line: SampleLine, place: LinePlace) => number;
}

/** Other starts make other hashes: two of 32 bits tell the metrics of a body apart. */
const SEEDS = [0x811c9dc5, 0x2545f491] as const;

/**
 * Looks ahead for the next `_created` line before a comment, as upstream does; the one that was found last still counts for lines of its own
 * family and labels. No stretch is looked through twice (model/textparse/openmetricsparse.go `StartTimestamp`).
 */
export function createToldStarts(syntax: Syntax): ToldStarts {
  const ahead = createSampleLine();
  /** The identity of what was found last, and its time; 0 is nothing. */
  const found = new Uint32Array(2);
  let foundMs = 0;
  /** Up to here it is known what comes next: the `_created` line that ends here, or none. */
  let knownUntil = 0;
  const next = new Uint32Array(2);
  let nextMs: number | undefined;
  const identity = new Uint32Array(2);
  let isSample = false;
  const sink = { ...IGNORE_LINES, sample: () => void (isSample = true) };

  function lookAhead(line: SampleLine, { u8, end, type }: LinePlace): void {
    nextMs = undefined;
    for (let at = line.end; ;) {
      knownUntil = at;
      if (at >= end) return;
      isSample = false;
      try {
        at = syntax.scanLine(u8, at, end, sink, ahead);
      } catch (error) {
        // The reader comes to the fault and tells of it.
        if (error instanceof ExpositionError) return;
        throw error;
      }
      if (!isSample) return;
      if (!isCreatedLine(u8, ahead, type)) continue;
      knownUntil = at;
      nextMs = Math.trunc(ahead.value * 1000);
      identify(next, u8, ahead, ahead.nameEnd - CREATED_SUFFIX_LENGTH, type);
      return;
    }
  }

  return {
    clear() {
      foundMs = knownUntil = 0;
      nextMs = undefined;
    },
    startOf(line, place) {
      const { u8, type, familyLength } = place;
      if (type === undefined || ownLabelOf(type) === undefined) return (foundMs = 0);
      identify(identity, u8, line, Math.min(line.nameEnd, line.nameStart + familyLength), type);
      if (foundMs > 0 && isSame(found, identity)) return foundMs;
      if (line.end > knownUntil) lookAhead(line, place);
      foundMs = nextMs !== undefined && Number.isFinite(nextMs) && isSame(next, identity) ? nextMs : 0;
      found.set(identity);
      return foundMs;
    },
  };
}

function isSame(a: Uint32Array, b: Uint32Array): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** Puts into `out` the hashes of a name and of the labels that the samples of one metric share. */
function identify(out: Uint32Array, u8: Uint8Array, line: SampleLine, nameEnd: number, type: MetricType | undefined): void {
  const own = type === undefined ? undefined : ownLabelOf(type);
  const { labelRanges: ranges, labelCount } = line;
  for (let k = 0; k < SEEDS.length; k++) {
    let hash: number = SEEDS[k];
    for (let i = 0; i < 4 * labelCount; i += 4) {
      if (own !== undefined && isText(u8, ranges[i], ranges[i + 1], own)) continue;
      hash = hashBytes(u8, ranges[i], ranges[i + 1] - ranges[i], hash);
      hash = hashBytes(u8, ranges[i + 2], ranges[i + 3] - ranges[i + 2], hash);
    }
    out[k] = hashBytes(u8, line.nameStart, nameEnd - line.nameStart, hash);
  }
}

function isText(u8: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let k = 0; k < text.length; k++) if (u8[start + k] !== text.charCodeAt(k)) return false;
  return true;
}
