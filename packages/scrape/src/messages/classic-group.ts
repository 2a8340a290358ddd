import { ClassicHistogram, type Histogram, isHistogramError, validateHistogram } from "@ferula/model";
import type { ScrapedExemplar } from "../body-reader.ts";
import { BUCKET_SUFFIX_LENGTH, SUM_SUFFIX_LENGTH } from "./histogram-line.ts";

/** The lines of one classic histogram, as they are read. */
export class ClassicGroup {
  isOpen = false;
  /** Where the bytes stand that name its first line. */
  keyStart = 0;
  keyLength = 0;
  /** Whether its first line had a timestamp, and the time of its first line. */
  isStamped = false;
  timestampMs = 0;
  /** When it began; 0 where that is not known. */
  startMs = 0;
  /** Those with a time of their own; the others would tell apart nothing. */
  readonly exemplars: ScrapedExemplar[] = [];
  private readonly classic = new ClassicHistogram();
  private readonly hash = new Uint32Array(2);

  /** Forgets what was read. */
  clear(): void {
    this.isOpen = false;
    this.exemplars.length = 0;
    this.classic.reset();
  }

  /** Starts with a line whose group has the hash in the first two words of `context`. */
  open(context: Uint32Array, keyStart: number, keyLength: number, isStamped: boolean, timestampMs: number, startMs: number): void {
    this.clear();
    this.isOpen = true;
    this.hash[0] = context[0];
    this.hash[1] = context[1];
    this.keyStart = keyStart;
    this.keyLength = keyLength;
    this.isStamped = isStamped;
    this.timestampMs = timestampMs;
    this.startMs = startMs;
  }

  /** Whether a line is of this group, by the first two words of its context. */
  has(context: Uint32Array): boolean {
    return context[0] === this.hash[0] && context[1] === this.hash[1];
  }

  /** Adds the value of a line whose name has a suffix of so many bytes. */
  add(suffixLength: number, bound: number, value: number): void {
    if (suffixLength === BUCKET_SUFFIX_LENGTH) this.classic.setBucket(bound, value);
    else if (suffixLength === SUM_SUFFIX_LENGTH) this.classic.setSum(value);
    else this.classic.setCount(value);
  }

  /** Ends the group: the native histogram, or undefined where the counts can't be. `exemplars` stay until the next one. */
  convert(): Histogram | undefined {
    this.isOpen = false;
    try {
      const histogram = this.classic.convert();
      return validateHistogram(histogram) === undefined ? histogram : undefined;
    } catch (error) {
      if (isHistogramError(error)) return undefined;
      throw error;
    }
  }
}
