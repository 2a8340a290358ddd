import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { nodeFiles } from "@ferula/files";
import { createSharedMemory } from "@ferula/kernels";
import { noLogger } from "@ferula/logging";
import { createHistogramColumns, createMatcher, labelsToJson } from "@ferula/model";
import { openDb } from "@ferula/tsdb";
import type { FoundSeries, Source } from "./audit.ts";
import { METRIC } from "./senders.ts";

/** A data folder that was opened for an audit. */
export interface FolderSource {
  /** Finds histograms, which the query language does not show yet; the value of one is its count. */
  readonly histograms: Source;
  readonly close: () => Promise<void>;
}

/** Opens a copy of a data folder as a server that was killed has left it. */
export async function openFolder(dataFolder: string, scratchFolder: string): Promise<FolderSource> {
  const dir = join(scratchFolder, "audited");
  cpSync(dataFolder, dir, { recursive: true });
  const db = await openDb({
    dir,
    files: nodeFiles,
    shared: createSharedMemory(),
    logger: noLogger,
    noLockfile: true,
    maintainsItself: false,
  });
  const histograms: Source = async (sender, fromMs, toMs) => {
    const querier = db.querier(fromMs + 1, toMs);
    try {
      const set = querier.select([createMatcher("=", "__name__", METRIC), createMatcher("=", "sender", sender)]);
      const columns = createHistogramColumns(64);
      return Array.from({ length: set.seriesCount }, (_, i): FoundSeries => {
        set.readHistograms(i, columns);
        const rows = columns.histograms.slice(0, columns.length);
        // Sum and buckets say the same as the count, or the histogram is another.
        const samples = rows.map(({ count, sum, positiveBuckets }, k) => {
          const isWhole = count === sum && count === positiveBuckets.reduce((total, bucket) => total + bucket, 0);
          return [columns.timestampsMs[k], isWhole ? count : NaN] as const;
        });
        return { labels: labelsToJson(set.labels(i)), samples };
      });
    } finally {
      querier.close();
    }
  };
  return {
    histograms,
    async close() {
      await db.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
