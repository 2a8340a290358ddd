import { ScrapeError } from "../../src/cache/scrape-error.ts";
import { ExpositionError, scanOpenMetrics, scanText, type SampleLine } from "@ferula/exposition";
import type { MetricType } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import { seriesLabels, type SeriesRules } from "../../src/cache/series-maker.ts";
import type { SyntaxName } from "../../src/cache/syntax.ts";
import { exemplarText, rowText, type SeriesTable } from "./support.ts";

export interface ReferenceOutcome {
  readonly rows: readonly string[];
  /** Without order: which of two markers comes first is nobody's business. */
  readonly stale: readonly string[];
  readonly exemplars: readonly string[];
  readonly scraped: number;
  readonly afterRelabelling: number;
  readonly added: number;
}

export interface ReferenceOptions {
  readonly syntax: SyntaxName;
  readonly rules: SeriesRules;
  readonly series: SeriesTable;
  readonly honorTimestamps: boolean;
  readonly trackTimestampsStaleness: boolean;
}

interface Sample {
  readonly ref: SeriesRef;
  readonly hasTimestamp: boolean;
}

/** The words of what `math.NaN()` is. */
const GO_NAN = [1, 0x7ff80000];
const STALE_LOW = 2;
const STALE_HIGH = 0x7ff00000;

/** What the line cache does, the plain way: every body is parsed from its first byte, and a map holds what the last one had. */
export class ReferenceCache {
  private readonly options: ReferenceOptions;
  /** By the spelling of the series. */
  private last = new Map<string, Sample>();
  /** The series of the last body of which nothing was taken. */
  private refused: ReadonlySet<SeriesRef> = new Set();
  private isLive = false;

  constructor(options: ReferenceOptions) {
    this.options = options;
  }

  read(text: string, timestampMs: number): ReferenceOutcome {
    if (text === "") return { rows: [], stale: this.markAllStale(timestampMs), exemplars: [], scraped: 0, afterRelabelling: 0, added: 0 };
    const { rules, series, honorTimestamps, syntax } = this.options;
    const bytes = new TextEncoder().encode(text);
    const next = new Map<string, Sample>();
    const rows: string[] = [];
    const exemplars: string[] = [];
    const fresh = new Set<string>();
    const taken = new Set<SeriesRef>();
    const refused = new Set<SeriesRef>();
    let scraped = 0;
    let afterRelabelling = 0;
    let type: MetricType | undefined;
    let unit = "";
    const takeSample = (line: SampleLine): void => {
      scraped++;
      const key = Buffer.from(bytes.subarray(line.start, line.valueStart)).toString("latin1");
      let ref = this.last.get(key)?.ref;
      if (ref === undefined) {
        const labels = seriesLabels(bytes, line, { type, unit }, rules);
        ref = labels === undefined ? 0 : series.ref(labels);
        if (ref !== 0) fresh.add(key);
      }
      // A series is live as soon as one of its lines has no timestamp.
      next.set(key, { ref, hasTimestamp: line.hasTimestamp && (next.get(key)?.hasTimestamp ?? true) });
      if (ref === 0) return;
      afterRelabelling++;
      const sampleMs = line.hasTimestamp && honorTimestamps ? line.timestampMs : timestampMs;
      if (line.hasExemplar) exemplars.push(exemplarText(bytes, line, ref, sampleMs));
      if (sampleMs > timestampMs + 600_000) return void refused.add(ref);
      taken.add(ref);
      const bits = Number.isNaN(line.value) ? GO_NAN : new Uint32Array(Float64Array.of(line.value).buffer);
      rows.push(rowText(ref, bits[0], bits[1], sampleMs));
    };
    const nothing = (): void => undefined;
    const scan = syntax === "text" ? scanText : scanOpenMetrics;
    scan(bytes, 0, bytes.length, {
      sample: takeSample,
      comment: nothing,
      help: nothing,
      unit: (_start, _end, _nameStart, _nameEnd, unitStart, unitEnd) => {
        unit = Buffer.from(bytes.subarray(unitStart, unitEnd)).toString("utf8");
      },
      type: (_start, _end, _nameStart, _nameEnd, named) => {
        type = named;
      },
    });
    const before = this.isLive ? this.trackedRefs() : [];
    for (const ref of taken) refused.delete(ref);
    // What nothing was taken of is as if it had not been there, but for what is known of its line.
    for (const [key, { ref }] of next) if (refused.has(ref) && fresh.delete(key)) next.delete(key);
    this.last = next;
    this.refused = refused;
    const present = new Set(this.trackedRefs());
    const stale = before.filter((ref) => !present.has(ref));
    this.isLive = true;
    return {
      rows,
      exemplars,
      stale: stale.map((ref) => rowText(ref, STALE_LOW, STALE_HIGH, timestampMs)).toSorted(),
      scraped,
      afterRelabelling,
      added: fresh.size,
    };
  }

  markAllStale(timestampMs: number): string[] {
    const stale = this.isLive ? this.trackedRefs().map((ref) => rowText(ref, STALE_LOW, STALE_HIGH, timestampMs)) : [];
    this.isLive = false;
    return stale.toSorted();
  }

  private trackedRefs(): SeriesRef[] {
    const { honorTimestamps, trackTimestampsStaleness } = this.options;
    const tracked = [...this.last.values()].filter(
      ({ ref, hasTimestamp }) => ref !== 0 && !this.refused.has(ref) && (!hasTimestamp || trackTimestampsStaleness || !honorTimestamps),
    );
    return [...new Set(tracked.map(({ ref }) => ref))];
  }
}

/** The message that a body's mistake must have, undefined when there is none. */
export function mistakeOf(error: unknown): string {
  if (error instanceof ScrapeError) return error.message;
  if (!(error instanceof ExpositionError)) throw error;
  const { line, reason } = error;
  return `line ${line}: ${reason}`;
}
