import { goQuote } from "@ferula/durations";
import type { Params } from "../params/params.ts";
import type { QueryOutcome } from "./query-service.ts";

/** The `stats` of an answer, as upstream names them (util/stats/query_stats.go); undefined when they are not asked for. */
export function statsOf(params: Params, { timings, stats }: QueryOutcome): unknown {
  if (params.get("stats") === undefined) return undefined;
  const { queueSeconds, prepareSeconds, evalSeconds, totalSeconds } = timings;
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
    samples: { totalQueryableSamples: stats.loadedSamples, peakSamples: stats.peakSamples },
  };
}

/** The warning that upstream gives when `stats` is neither `true` nor `all`. */
export function statsWarning(params: Params): string | undefined {
  const wanted = params.get("stats");
  if (wanted === undefined || wanted === "true" || wanted === "all") return undefined;
  return `value ${goQuote(wanted)} for parameter "stats" is deprecated and will be rejected in the next major release, use "true" or "all"`;
}
