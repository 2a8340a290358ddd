import { goQuote } from "@ferula/durations";
import type { EvaluationStats } from "@ferula/promql";
import type { Params } from "../params/params.ts";
import type { QueryTimings } from "./query-metrics.ts";

const NO_SAMPLES: EvaluationStats = { loadedSamples: 0, peakSamples: 0, totalSamples: 0, samplesRead: 0 };

/** What a query took, as upstream names it (util/stats/query_stats.go). Of a query that failed, its samples are not known. */
export function queryStats(
  { queueSeconds, prepareSeconds, evalSeconds, totalSeconds }: QueryTimings,
  { totalSamples, samplesRead, peakSamples, steps }: EvaluationStats = NO_SAMPLES,
): object {
  return {
    timings: {
      evalTotalTime: prepareSeconds + evalSeconds,
      // Results are sorted before they are evaluated, which is part of the evaluation.
      resultSortTime: 0,
      queryPreparationTime: prepareSeconds,
      innerEvalTime: evalSeconds,
      execQueueTime: queueSeconds,
      execTotalTime: totalSeconds,
    },
    samples: {
      ...(steps === undefined ? {} : { totalQueryableSamplesPerStep: pointsOf(steps.timesMs, steps.total) }),
      totalQueryableSamples: totalSamples,
      ...(steps === undefined ? {} : { samplesReadPerStep: pointsOf(steps.timesMs, steps.read) }),
      samplesRead,
      peakSamples,
    },
  };
}

function pointsOf(timesMs: Float64Array, counts: Float64Array): readonly (readonly [seconds: number, count: number])[] {
  return Array.from(timesMs, (timeMs, k) => [timeMs / 1000, counts[k]] as const);
}

/** The warning that upstream gives when `stats` is neither `true` nor `all`. */
export function statsWarning(params: Params): string | undefined {
  const wanted = params.get("stats");
  if (wanted === undefined || wanted === "true" || wanted === "all") return undefined;
  return `value ${goQuote(wanted)} for parameter "stats" is deprecated and will be rejected in the next major release, use "true" or "all"`;
}
