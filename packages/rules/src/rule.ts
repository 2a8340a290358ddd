import { createSampleBatch, growSampleBatch, type HistogramRow, setStaleAt, type Labels, type SampleBatch } from "@ferula/model";
import type { Appender, SeriesRef } from "@ferula/storage";
import type { ActiveAlert } from "./alert-state.ts";
import type { RuleDefinition } from "./rule-shape.ts";
import type { StoredState, VectorElement } from "./ports.ts";

/** How a rule's last evaluation went. */
export interface RuleHealth {
  readonly health: "unknown" | "ok" | "err";
  readonly lastError: string;
  /** 0 before the first one. */
  readonly lastEvaluationMs: number;
  readonly evaluationSeconds: number;
}

export const unknownHealth: RuleHealth = Object.freeze({ health: "unknown", lastError: "", lastEvaluationMs: 0, evaluationSeconds: 0 });

/** A rule of a running group. */
export interface Rule {
  readonly definition: RuleDefinition;
  readonly name: string;
  /** The expression as upstream prints it, so that links to the same expression are the same. */
  readonly query: string;
  /** The rule's labels over those of its group. */
  readonly labels: Labels;
  /**
   * Series to store: name and labels final. The expression is evaluated at `queryTimeMs`, which lies before `evalTimeMs` by the query
   * offset; what happens to alerts happens at `evalTimeMs`. Fails when the expression or its result can't be used; then nothing is stored.
   */
  readonly evaluate: (evalTimeMs: number, queryTimeMs: number, signal: AbortSignal) => Promise<readonly VectorElement[]>;
  /** Of an alerting rule: its alerts that are pending or firing. */
  readonly alerts: () => readonly ActiveAlert[];
  /** The same with those that are resolved and still repeated, by `labelsKey`: for the rule's successor after a reload. */
  readonly history: () => ReadonlyMap<string, ActiveAlert>;
  /**
   * Of an alerting rule that was made to be restored: takes over since when its alerts were active before the process started. Until
   * then it stores nothing, which would hide what is stored. Fails when the storage can't be read; then alerts began with the process.
   */
  readonly restore: (stored: StoredState, nowMs: number, signal: AbortSignal) => Promise<void>;
  /** Of an alerting rule: marks what is due and hands it to the notifier. */
  readonly sendDue: (evalTimeMs: number, intervalMs: number) => void;
  readonly health: () => RuleHealth;
  readonly setHealth: (health: RuleHealth) => void;
  /** Takes over alerts and health of the same rule before a reload. */
  readonly adopt: (old: Rule) => void;
}

/** Stores what rules yield, and ends the series that they no longer yield. */
export interface SeriesWriter {
  /** Stores the result of one rule, and stale markers for what the rule yielded before and does not now. Returns how many samples were refused. */
  readonly write: (rule: Rule, result: readonly VectorElement[], timestampMs: number) => number;
  /** Ends every series of every rule. */
  readonly endAll: (timestampMs: number) => void;
  /** Goes on with the series that another writer stored for the same rule, which are then no longer the other's. */
  readonly adopt: (rule: Rule, old: Rule, from: SeriesWriter) => void;
  /** Gives the live series of a rule away. */
  readonly release: (rule: Rule) => Set<SeriesRef> | undefined;
}

export function createSeriesWriter(appender: Appender): SeriesWriter {
  // By reference alone: a rule may yield a series for each of a server's, and their labels are in the storage already.
  const liveOf = new Map<Rule, Set<SeriesRef>>();
  /** The epoch of the storage in which all of them were there. */
  let epoch = appender.epoch;
  const batch: SampleBatch = createSampleBatch(64);

  /** What the storage dropped had no sample for long and needs no end. */
  function forgetDropped(): void {
    if (appender.epoch === epoch) return;
    for (const live of liveOf.values()) {
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

  return {
    release(rule) {
      forgetDropped();
      const live = liveOf.get(rule);
      liveOf.delete(rule);
      return live;
    },
    write(rule, result, timestampMs) {
      forgetDropped();
      const live = new Set<SeriesRef>();
      const histograms: HistogramRow[] = [];
      batch.length = 0;
      for (const { labels, value, histogram } of result) {
        const ref = appender.seriesRef(labels);
        live.add(ref);
        if (histogram === undefined) push(ref, timestampMs, value);
        else histograms.push({ ref, timestampMs, startTimestampMs: 0, histogram });
      }
      for (const ref of liveOf.get(rule) ?? []) {
        if (live.has(ref)) continue;
        push(ref, timestampMs, 0);
        setStaleAt(batch, batch.length - 1);
      }
      if (batch.length === 0 && histograms.length === 0) return 0;
      const { outOfOrder, duplicate, outOfBounds, tooOld, invalid } = appender.append({ ...batch, histograms });
      liveOf.set(rule, live);
      return outOfOrder + duplicate + outOfBounds + tooOld + invalid;
    },
    endAll(timestampMs) {
      forgetDropped();
      batch.length = 0;
      for (const live of liveOf.values()) {
        for (const ref of live) {
          push(ref, timestampMs, 0);
          setStaleAt(batch, batch.length - 1);
        }
      }
      liveOf.clear();
      if (batch.length > 0) appender.append(batch);
    },
    adopt(rule, old, from) {
      forgetDropped();
      const live = from.release(old);
      if (live !== undefined) liveOf.set(rule, live);
    },
  };
}
