import { createSampleBatch, type SampleBatch, setStaleAt } from "@ferula/model";
import type { RejectionListener, SeriesRef } from "@ferula/storage";
import type { Settlement } from "../body-reader.ts";
import type { SeriesSource } from "./renew-refs.ts";
import { RefList } from "./ref-list.ts";

/**
 * The series of a target's last body of which nothing was taken: they do not count as seen, so that they neither go on nor end with it. Of a
 * series that stands twice in a body one sample is enough (scrape/scrape_append_v2.go `append`).
 */
export interface Refusals {
  /** Those of the last body that was read to its end; unique. */
  readonly refs: () => Uint32Array;
  readonly has: (ref: SeriesRef) => boolean;
  /** A body was read to its end: what was refused of the one before counts no more. */
  readonly clear: () => void;
  /** A sample was left out. */
  readonly leaveOut: (ref: SeriesRef) => void;
  /** Takes note of what the storage refuses of the batch's first `sampleCount` floats and its histograms, and tells `next`, too. */
  readonly listener: (batch: SampleBatch, sampleCount: number, next?: RejectionListener) => RejectionListener;
  /** Behind the append of that batch: returns whether there are such series. */
  readonly settle: (batch: SampleBatch, sampleCount: number) => boolean;
  /** Lets go of series that the storage has dropped since the epoch `sinceEpoch`: their references may be others' by now. */
  readonly forgetDropped: (series: SeriesSource, sinceEpoch: number) => void;
}

/** What comes of a body of which all was taken. */
export const SETTLED: Settlement = { notAdded: 0 };

/** A stale marker for each of the series. */
export function markersOf(ended: RefList, timestampMs: number): SampleBatch {
  const batch = createSampleBatch(ended.length);
  batch.length = ended.length;
  batch.inOrderOnly = true;
  batch.refs.set(ended.view());
  batch.timestampsMs.fill(timestampMs);
  for (let i = 0; i < batch.length; i++) setStaleAt(batch, i);
  return batch;
}

/** None yet. */
export function createRefusals(): Refusals {
  const refused = new RefList();
  /** The rows of the batch, then its histograms, that were refused; none but in the turn of the append. */
  const rows = new RefList();
  const histogramRows = new RefList();

  /** Lets go of the series of which something was taken. */
  function removeTaken({ refs, histograms = [] }: SampleBatch, sampleCount: number): void {
    const isTaken = new Uint8Array(refused.length);
    const isRefused = new Uint8Array(sampleCount);
    for (const row of rows.view()) isRefused[row] = 1;
    refused.meet(
      refs.subarray(0, sampleCount).filter((_, row) => isRefused[row] === 0),
      isTaken,
    );
    const refusedHistograms = new Set(histogramRows.view());
    const taken = histograms.filter((_, i) => !refusedHistograms.has(i));
    refused.meet(
      Uint32Array.from(taken, ({ ref }) => ref),
      isTaken,
    );
    refused.removeMet(isTaken);
  }

  return {
    refs: () => refused.view(),
    has: (ref) => refused.has(ref),
    clear() {
      refused.clear();
      rows.clear();
      histogramRows.clear();
    },
    leaveOut: (ref) => refused.push(ref),
    listener: (batch, sampleCount, next) => (kind, index, reason, existing) => {
      next?.(kind, index, reason, existing);
      if (kind === "float" && index >= sampleCount) return;
      (kind === "float" ? rows : histogramRows).push(index);
      refused.push(kind === "float" ? batch.refs[index] : (batch.histograms ?? [])[index].ref);
    },
    settle(batch, sampleCount) {
      if (refused.length === 0) return false;
      refused.makeUnique();
      removeTaken(batch, sampleCount);
      return refused.length > 0;
    },
    forgetDropped(series, sinceEpoch) {
      const isDropped = Uint8Array.from(refused.view(), (ref) => (series.isLive(ref, sinceEpoch) ? 0 : 1));
      refused.removeMet(isDropped);
    },
  };
}
