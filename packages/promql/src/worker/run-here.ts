import { PromError } from "@ferula/model";
import type { SeriesSet } from "@ferula/storage";
import { evaluatePlan } from "../evaluate.ts";
import type { Plan } from "../plan/plan.ts";
import { emptyHeader, noting } from "../result/header.ts";
import { createJsonWriter } from "../result/json-writer.ts";
import { plainPointWriter } from "../result/point-writer.ts";
import { createSeriesSink, type ResultSeries } from "../result/series-sink.ts";
import type { PoolQuery, PoolResult } from "./pooled-query.ts";
import { described } from "./serve.ts";

/** A query that is evaluated on the thread which planned it. */
export interface HereQuery extends Pick<PoolQuery, "kind" | "maxSamples" | "stats" | "analyze"> {
  readonly plan: Plan;
  /** What `plan.selectors` found. */
  readonly sets: readonly SeriesSet[];
  /** Takes each piece of JSON. Unused for "series". */
  readonly onJson: (bytes: Uint8Array) => void;
}

/** Longer ones may have operators that make much of a few series. */
const MOST_CHARACTERS = 256;

/** What makes a text long running: subqueries, and functions that can make long labels of short ones. */
const NOT_BRIEF = /\[[^\]]*:|label_/;

/**
 * Whether a query takes no longer than the samples that it reads are many: it has one step and makes no labels. Where these are few, such a
 * query costs less than the messages to a worker.
 */
export function isBrief({ text, params }: Plan): boolean {
  return params.stepMs === 0 && text.length <= MOST_CHARACTERS && !NOT_BRIEF.test(text);
}

/** Evaluates as a worker does, in one go that nothing stops: it is for brief queries of few series. Throws PromError. */
export function runHere({ plan, sets, kind, maxSamples, stats: level, analyze, onJson }: HereQuery): PoolResult {
  const series: ResultSeries[] = [];
  const header = emptyHeader();
  const sink = kind === "json" ? createJsonWriter(plainPointWriter(), onJson).sink : createSeriesSink((one) => void series.push(one));
  const control = { maxSamples, stopReason: () => undefined, stats: level, analyze };
  try {
    const { annotations, stats, explained } = evaluatePlan(plan, sets, noting(sink, header), control);
    const { warnings, infos } = annotations.texts(plan.text);
    return { resultType: header.type, series, text: header.text, warnings, infos, stats, explained };
  } catch (error) {
    const { errorType, message } = described(error);
    throw new PromError(errorType, message, { cause: error });
  }
}
