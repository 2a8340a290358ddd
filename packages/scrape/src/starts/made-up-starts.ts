import { validateHistogram, type HistogramRow, type SampleBatch } from "@ferula/model";
import type { RejectionListener, SeriesRef } from "@ferula/storage";
import type { ReadOutcome, ScrapedExemplar } from "../body-reader.ts";
import type { SeriesSource } from "../cache/renew-refs.ts";
import { setValue } from "../cache/sample-value.ts";
import { CounterTable, HAS_START, IS_EXCLUDED, IS_STORED, NOWHERE } from "./counter-table.ts";
import { baselineOf, countedSince, hasBegunAnew, type HistogramBaseline, newBaseline } from "./histogram-baseline.ts";

/** Starts of counters that targets tell none of. */
export interface MadeUpStarts {
  /**
   * Makes up starts for a body's samples: the first `sampleCount` rows of the batch, of which `isCounter` says by row whether a start may be
   * made up, and its histograms. The first sample of each counter goes out of the batch, and what follows counts from there.
   */
  readonly apply: (outcome: ReadOutcome, sampleCount: number, isCounter: Uint8Array) => ReadOutcome;
  /** Whether nothing of the series was stored yet: it has nothing to end. */
  readonly isUnstored: (ref: SeriesRef) => boolean;
  /** Whether the series has a start that was made up: it ends with a stale marker, whatever its timestamps are. */
  readonly hasStart: (ref: SeriesRef) => boolean;
  /** Never makes up a start for a series. */
  readonly exclude: (ref: SeriesRef) => void;
  readonly clear: () => void;
}

/**
 * Makes up starts as upstream does. Where a counter is first seen it counts from 0 from then on, and that sample is not stored; where it falls
 * it began anew a millisecond before. What stands in the body before last is forgotten. Upstream keeps this by the spelling of a series, here
 * it is kept by series: of several lines of one the first counts (scrape/st_synthesis.go; scrape/scrape_append_v2.go
 * `checkAndSynthesizeStartTime`).
 */
export function createMadeUpStarts(series: Pick<SeriesSource, "epoch" | "isLive">): MadeUpStarts {
  const table = new CounterTable();
  const baselines = new Map<SeriesRef, HistogramBaseline>();
  /** The number of the body that is being read, or was last. */
  let scrape = 0;
  let epoch = series.epoch;
  let sinceForgotten = 0;

  /** References of series that the storage dropped may be others' by now. */
  function forgetDropped(): void {
    if (series.epoch === epoch) return;
    retain((ref) => series.isLive(ref, epoch));
    epoch = series.epoch;
  }

  /** Series that are not in the bodies any more would fill the table. */
  function forgetGone(): void {
    if (++sinceForgotten < BODIES_BETWEEN_SWEEPS) return;
    sinceForgotten = 0;
    retain((_ref, at) => table.seenIn[at] + 1 >= scrape || (table.flags[at] & IS_EXCLUDED) !== 0);
  }

  function retain(keeps: (ref: SeriesRef, at: number) => boolean): void {
    table.retain((at) => {
      const isKept = keeps(table.refs[at], at);
      if (!isKept) baselines.delete(table.refs[at]);
      return isKept;
    });
  }

  /** Where a counter stands with what is known of it; what the last body did not have is not known. */
  function look(ref: SeriesRef): number {
    const at = table.place(ref);
    if (table.seenIn[at] + 1 < scrape) {
      table.flags[at] &= IS_EXCLUDED;
      baselines.delete(ref);
    }
    return at;
  }

  function applyFloats(batch: SampleBatch, sampleCount: number, isCounter: Uint8Array, starts: Float64Array): number {
    const { refs, timestampsMs, values, valueBits } = batch;
    let kept = 0;
    for (let row = 0; row < sampleCount; row++) {
      const timestampMs = timestampsMs[row];
      const value = values[row];
      const at = isCounter[row] === 0 && starts[row] === 0 ? table.find(refs[row]) : look(refs[row]);
      if (!take(at, timestampMs, value, starts[row], isCounter[row] !== 0)) continue;
      refs[kept] = refs[row];
      timestampsMs[kept] = timestampMs;
      valueBits[2 * kept] = valueBits[2 * row];
      valueBits[2 * kept + 1] = valueBits[2 * row + 1];
      starts[kept] = starts[row];
      if (starts[row] === 0 && at !== NOWHERE && (table.flags[at] & HAS_START) !== 0) {
        starts[kept] = table.startsMs[at];
        if (value === value) setValue(values, valueBits, kept, value - table.firstValues[at]);
      }
      kept++;
    }
    return kept;
  }

  /** Notes a sample of the series at a place, and returns whether it is stored. */
  function take(at: number, timestampMs: number, value: number, startMs: number, isCounter: boolean): boolean {
    if (at === NOWHERE) return true;
    const { flags, seenIn, lastMs, lastValues, firstValues, startsMs } = table;
    const isRepeated = seenIn[at] === scrape && lastMs[at] === timestampMs;
    const isKnown = (flags[at] & HAS_START) !== 0 && seenIn[at] + 1 >= scrape;
    // Another line of the series: refused by the storage, it would take the start from the first.
    if (isRepeated) return (flags[at] & HAS_START) === 0;
    seenIn[at] = scrape;
    lastMs[at] = timestampMs;
    if (startMs !== 0) flags[at] = (flags[at] & ~HAS_START) | IS_STORED;
    else if (isKnown) {
      if (value < lastValues[at]) {
        firstValues[at] = 0;
        startsMs[at] = timestampMs - 1;
      }
      lastValues[at] = value;
      flags[at] |= IS_STORED;
    } else if (isCounter && (flags[at] & IS_EXCLUDED) === 0) {
      lastValues[at] = firstValues[at] = value;
      startsMs[at] = timestampMs;
      flags[at] |= HAS_START;
      return false;
    } else flags[at] = (flags[at] & ~HAS_START) | IS_STORED;
    return true;
  }

  function applyHistograms(rows: readonly HistogramRow[]): readonly HistogramRow[] {
    const kept: HistogramRow[] = [];
    for (const row of rows) {
      const isTold = row.startTimestampMs !== 0;
      const at = (row.histogram.counterResetHint === "gauge" && !isTold) || isBroken(row) ? NOWHERE : look(row.ref);
      const taken = at === NOWHERE || isTold ? row : takeHistogram(row, at);
      if (at !== NOWHERE) {
        table.seenIn[at] = scrape;
        table.lastMs[at] = row.timestampMs;
        if (isTold) {
          table.flags[at] &= ~HAS_START;
          baselines.delete(row.ref);
        }
        if (taken !== undefined) table.flags[at] |= IS_STORED;
      }
      if (taken !== undefined) kept.push(taken);
    }
    return kept;
  }

  function takeHistogram(row: HistogramRow, at: number): HistogramRow | undefined {
    const { ref, timestampMs, histogram } = row;
    if ((table.flags[at] & IS_EXCLUDED) !== 0) return row;
    const baseline = baselines.get(ref);
    if (baseline === undefined) {
      baselines.set(ref, baselineOf(histogram));
      table.startsMs[at] = timestampMs;
      table.flags[at] |= HAS_START;
      return undefined;
    }
    if (table.seenIn[at] === scrape && table.lastMs[at] === timestampMs) return undefined;
    if (hasBegunAnew(histogram, baseline)) {
      baselines.set(ref, newBaseline(histogram));
      table.startsMs[at] = timestampMs - 1;
      return { ...row, startTimestampMs: table.startsMs[at] };
    }
    return { ...row, startTimestampMs: table.startsMs[at], histogram: countedSince(histogram, baseline) };
  }

  /** What the storage refuses begins again. */
  function listener({ refs, histograms = [] }: SampleBatch): RejectionListener {
    return (kind, index) => {
      const ref = kind === "float" ? refs[index] : histograms[index].ref;
      const at = table.find(ref);
      if (at !== NOWHERE) table.flags[at] &= ~HAS_START;
      baselines.delete(ref);
    };
  }

  return {
    apply(outcome, sampleCount, isCounter) {
      forgetDropped();
      scrape++;
      forgetGone();
      const { batch } = outcome;
      const starts = batch.startTimestampsMs ?? new Float64Array(batch.refs.length);
      const isTold = hasStarts(starts, sampleCount) || batch.histograms?.some(({ startTimestampMs }) => startTimestampMs !== 0) === true;
      const kept = applyFloats(batch, sampleCount, isCounter, starts);
      batch.startTimestampsMs = starts;
      // What made its start known itself may come late.
      batch.inOrderOnly = !isTold;
      if (batch.histograms !== undefined) batch.histograms = applyHistograms(batch.histograms);
      batch.length = kept;
      return { ...outcome, exemplars: ofStored(outcome.exemplars, isUnstored), onRejected: listener(batch) };
    },
    isUnstored,
    hasStart(ref) {
      forgetDropped();
      const at = table.find(ref);
      return at !== NOWHERE && (table.flags[at] & HAS_START) !== 0;
    },
    exclude(ref) {
      // A series that is new now would be taken for one that was dropped, if others were before it.
      forgetDropped();
      table.flags[table.place(ref)] |= IS_EXCLUDED | IS_STORED;
    },
    clear() {
      table.retain(() => false);
      baselines.clear();
    },
  };

  function isUnstored(ref: SeriesRef): boolean {
    forgetDropped();
    const at = table.find(ref);
    return at !== NOWHERE && (table.flags[at] & (IS_STORED | IS_EXCLUDED)) === 0;
  }
}

/** The storage refuses it, and there is no counting in it. */
function isBroken({ histogram }: HistogramRow): boolean {
  return validateHistogram(histogram) !== undefined;
}

function hasStarts(starts: Float64Array, count: number): boolean {
  for (let i = 0; i < count; i++) if (starts[i] !== 0) return true;
  return false;
}

/** So many bodies are read between two looks for series that are gone. */
const BODIES_BETWEEN_SWEEPS = 64;

function ofStored(exemplars: readonly ScrapedExemplar[] | undefined, isUnstored: (ref: SeriesRef) => boolean): readonly ScrapedExemplar[] {
  if (exemplars === undefined || exemplars.length === 0) return exemplars ?? [];
  return exemplars.filter(({ ref }) => !isUnstored(ref));
}
