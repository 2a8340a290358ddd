import { counter, type MetricSource } from "../metric-source.ts";
import type { OutOfOrderLog } from "../head/out-of-order/open.ts";
import type { WalCompression } from "./compression.ts";
import { logMetrics } from "./log-metrics.ts";
import type { WblSummary } from "./wbl-replay.ts";

const PREFIX = "prometheus_tsdb_out_of_order_wbl_";

/** Upstream's metrics of the log of samples out of order; `replayed` is what the start found. */
export function wblMetrics(log: OutOfOrderLog, compression: WalCompression, replayed: WblSummary | undefined): readonly MetricSource[] {
  const help = "Total number of unknown series references encountered during WBL replay.";
  return [
    ...logMetrics(PREFIX, log, { compression, sizeBytes: () => log.sizeBytes() }),
    counter(`${PREFIX}truncations_total`, "Total number of write log truncations attempted.", () => log.truncations.attempted),
    counter(`${PREFIX}truncations_failed_total`, "Total number of write log truncations that failed.", () => log.truncations.failed),
    ...(["samples", "histograms", "mmap_markers"] as const).map((type) => ({
      ...counter("prometheus_tsdb_wbl_replay_unknown_refs_total", help, () => replayed?.unknownRefs[type] ?? 0),
      labels: { type },
    })),
  ];
}
