import type { Interval } from "../block/intervals.ts";
import type { Head } from "../head/head.ts";
import { decodeTombstoneRows } from "./records/tombstones.ts";
import type { Replayer } from "./replayers.ts";

/**
 * Deletes again what was deleted, not what lies before the head, and drops series that were dropped: what the log tells of these until here.
 * Source: tsdb/head_wal.go `loadWAL`.
 */
export const replayTombstones: Replayer = ({ head, walRefs, buffer, tally }, record) => {
  for (const { ref: walRef, interval } of decodeTombstoneRows(record)) {
    const ref = walRefs.find(walRef);
    if (isWholeSeries(interval)) {
      if (ref === 0) continue;
      buffer.appendAll();
      dropSamples(head, ref);
      walRefs.dropped.add(ref);
    } else if (interval.maxTimeMs >= head.times.leastValidMs) {
      if (ref === 0) tally.unknownRefs.tombstones++;
      else head.tombstones.add(ref, interval);
    }
  }
};

function isWholeSeries({ minTimeMs, maxTimeMs }: Interval): boolean {
  return minTimeMs === -Infinity && maxTimeMs === Infinity;
}

/** The series itself stays until the replay is over, as it may be made anew. */
function dropSamples({ finished, floats, histograms, metadata, series, tombstones }: Head, ref: number): void {
  finished.dropChunksBefore(ref, Infinity);
  floats.drop(ref);
  histograms.drop(ref);
  metadata.drop(ref);
  tombstones.drop(ref);
  series.lastTimestampsMs[ref] = -Infinity;
}
