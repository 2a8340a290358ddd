import { createSampleBatch, growSampleBatch, type HistogramRow, type SampleBatch, setStaleAt } from "@ferula/model";
import type { Appender, Rejection, SeriesRef } from "@ferula/storage";
import type { VectorElement } from "./ports.ts";
import type { Rule } from "./rule.ts";

/** Told of each sample of a result that is not taken. */
export type RefusalListener = (reason: Rejection, element: VectorElement, existing: number | "histogram" | undefined) => void;

/** Stores what rules yield, and ends the series that they no longer yield. */
export interface SeriesWriter {
  /**
   * Stores the result of one rule, and stale markers for what the rule yielded before and does not now. That a marker is not taken is no
   * fault: then another rule yields the series.
   */
  readonly write: (rule: Rule, result: readonly VectorElement[], timestampMs: number, onRefused: RefusalListener) => void;
  /** Ends the series of rules that went, see `adoptLeft`. */
  readonly endLeft: (timestampMs: number) => void;
  /** Ends every series of every rule. */
  readonly endAll: (timestampMs: number) => void;
  /** Goes on with the series that another writer stored for the same rule, which are then no longer the other's. */
  readonly adopt: (rule: Rule, old: Rule, from: SeriesWriter) => void;
  /** Takes what another writer has left, for `endLeft`: a rule that took the place of one that went may yield the same series. */
  readonly adoptLeft: (from: SeriesWriter) => void;
  /** Gives the live series of a rule away; of all rules, and those that went, when none is named. */
  readonly release: (rule?: Rule) => Set<SeriesRef> | undefined;
}

/** A writer to a storage. */
export function createSeriesWriter(appender: Appender): SeriesWriter {
  // By reference alone: a rule may yield a series for each of a server's, and their labels are in the storage already.
  const liveOf = new Map<Rule, Set<SeriesRef>>();
  let left = new Set<SeriesRef>();
  /** The epoch of the storage in which all of them were there. */
  let epoch = appender.epoch;
  // What comes late, such as a marker for a series that another group goes on with, would stand between newer samples.
  const batch: SampleBatch = { ...createSampleBatch(64), inOrderOnly: true };

  /** What the storage dropped had no sample for long and needs no end. */
  function forgetDropped(): void {
    if (appender.epoch === epoch) return;
    for (const live of [left, ...liveOf.values()]) {
      for (const ref of live) if (!appender.isLive(ref, epoch)) live.delete(ref);
    }
    epoch = appender.epoch;
  }

  function push(ref: SeriesRef, timestampMs: number, value: number): void {
    growSampleBatch(batch, batch.length + 1);
    batch.refs[batch.length] = ref;
    batch.timestampsMs[batch.length] = timestampMs;
    batch.values[batch.length++] = value;
  }

  function pushEnd(ref: SeriesRef, timestampMs: number): void {
    push(ref, timestampMs, 0);
    setStaleAt(batch, batch.length - 1);
  }

  function endLeft(timestampMs: number): void {
    forgetDropped();
    batch.length = 0;
    for (const ref of left) pushEnd(ref, timestampMs);
    if (batch.length > 0) appender.append(batch);
    left.clear();
  }

  function release(rule?: Rule): Set<SeriesRef> | undefined {
    forgetDropped();
    if (rule !== undefined) {
      const live = liveOf.get(rule);
      liveOf.delete(rule);
      return live;
    }
    const all = left;
    for (const live of liveOf.values()) for (const ref of live) all.add(ref);
    liveOf.clear();
    left = new Set();
    return all;
  }

  return {
    release,
    endLeft,
    write(rule, result, timestampMs, onRefused) {
      forgetDropped();
      const live = new Set<SeriesRef>();
      const floats: VectorElement[] = [];
      const rows: VectorElement[] = [];
      const histograms: HistogramRow[] = [];
      batch.length = 0;
      for (const element of result) {
        const ref = appender.seriesRef(element.labels);
        live.add(ref);
        if (element.histogram === undefined) {
          push(ref, timestampMs, element.value);
          floats.push(element);
        } else {
          histograms.push({ ref, timestampMs, startTimestampMs: 0, histogram: element.histogram });
          rows.push(element);
        }
      }
      for (const ref of liveOf.get(rule) ?? []) if (!live.has(ref)) pushEnd(ref, timestampMs);
      if (batch.length === 0 && histograms.length === 0) return;
      appender.append({ ...batch, histograms }, (kind, index, reason, existing) => {
        const element = kind === "float" ? floats[index] : rows[index];
        if (element === undefined) return;
        live.delete(kind === "float" ? batch.refs[index] : histograms[index].ref);
        onRefused(reason, element, existing);
      });
      liveOf.set(rule, live);
    },
    endAll(timestampMs) {
      left = release() ?? left;
      endLeft(timestampMs);
    },
    adopt(rule, old, from) {
      forgetDropped();
      const live = from.release(old);
      if (live !== undefined) liveOf.set(rule, live);
    },
    adoptLeft(from) {
      forgetDropped();
      for (const ref of from.release() ?? []) left.add(ref);
    },
  };
}
