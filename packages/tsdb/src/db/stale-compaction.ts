import { COMPACTION_HINTS } from "../compact/hints.ts";
import type { SegmentLog } from "../wal/segment-log.ts";
import { type CompactionDeps, writeHeadBlock } from "./compaction.ts";
import { logDroppedSeries } from "./log-tombstones.ts";

/** What tells whether stale series are to be written before their time. */
export interface StaleCompactionDeps extends CompactionDeps {
  /** See `TsdbSettings.staleSeriesThreshold`. */
  readonly staleSeriesThreshold: () => number;
  readonly log: Pick<SegmentLog, "append">;
}

/** Where the next block of the head is due within this time, stale series wait for it. */
const SOON_MS = 600_000;

/** Whether enough series of the head are stale. Source: tsdb/db.go `run`. */
export function isStaleCompactionDue({ head, chunkRangeMs, counters, nowMs, staleSeriesThreshold }: StaleCompactionDeps): boolean {
  const threshold = staleSeriesThreshold();
  if (threshold <= 0 || head.liveSeriesCount === 0 || head.staleSeriesCount / head.liveSeriesCount < threshold) return false;
  const { lastHeadBlockMs } = counters;
  return lastHeadBlockMs === undefined || nowMs() + SOON_MS <= lastHeadBlockMs + chunkRangeMs;
}

/** Writes the series whose newest sample is a stale marker into blocks of their own and drops them, unless they went on meanwhile. */
export async function compactStaleSeries(deps: StaleCompactionDeps): Promise<void> {
  const { head, log, chunkRangeMs, counters, logger } = deps;
  counters.staleCompactionsTriggered++;
  const { maxTimeMs } = head;
  const refs = head.staleRefs();
  // A series that goes on meanwhile and ends again is not wholly in the blocks.
  const newestMs = new Float64Array(refs.length);
  for (let i = 0; i < refs.length; i++) newestMs[i] = head.series.lastTimestampsMs[refs[i]];
  await counters.staleCompaction.time(async () => {
    for (let startMs = Math.trunc(head.minTimeMs / chunkRangeMs) * chunkRangeMs; startMs <= maxTimeMs; startMs += chunkRangeMs) {
      const range = { minTimeMs: startMs, maxTimeMs: startMs + chunkRangeMs };
      await writeHeadBlock(deps, { part: "inOrder", range, refs, hints: [COMPACTION_HINTS.staleSeries] });
    }
    await head.dropStaleSeries(refs, newestMs, (ending) => {
      logDroppedSeries(head, log, ending);
    });
  });
  logger.info("Ending stale series compaction", { num_series: refs.length });
}
