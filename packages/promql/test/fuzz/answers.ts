import { isPromError, type PromError } from "@ferula/model";
import type { ParseOptions } from "@ferula/promql-syntax";
import type { Querier, Queryable } from "@ferula/storage";
import {
  createCollector,
  createEngine,
  type CollectedResult,
  type Engine,
  type EvaluationStats,
  planQuery,
  type PointWriter,
  type ResultSink,
  type WorkerMessage,
} from "../../src/index.ts";
import { createJobHandler, createJsonWriter, plainPointWriter } from "../../src/server.ts";
import type { FuzzQuery } from "./queries.ts";

/** What a query was answered with: a result, as a client gets it and as a rule does, or an error. */
export type Answer =
  | {
      readonly json: string;
      readonly result: CollectedResult;
      readonly warnings: readonly string[];
      readonly infos: readonly string[];
      readonly stats: Readonly<EvaluationStats>;
    }
  | { readonly error: PromError };

/** Everything on. */
export const syntax: ParseOptions = {
  experimentalFunctions: true,
  extendedRangeSelectors: true,
  binopFillModifiers: true,
  durationExpressions: true,
};

const points = plainPointWriter();

/** An engine for queries like `query`. Its clock goes on by a millisecond when it is looked at: queries end after `timeoutMs` looks. */
export function engineOf({ lookbackMs, maxSamples, delayedNameRemoval, startTimestamps }: FuzzQuery, timeoutMs: number = 1e9): Engine {
  let nowMs = 0;
  return createEngine({ syntax, lookbackMs, maxSamples, delayedNameRemoval, startTimestamps, timeoutMs, nowMs: () => nowMs++ });
}

/** Evaluates on this thread, into both kinds of sinks, until the clock was looked at `timeoutMs` times. What is no PromError is thrown on. */
export async function answerOf(queryable: Queryable, query: FuzzQuery, timeoutMs?: number): Promise<Answer> {
  const { text, startMs, endMs, stepMs, stats: level, analyze } = query;
  const engine = engineOf(query, timeoutMs);
  const chunks: Uint8Array[] = [];
  const collector = createCollector();
  const sink = both(createJsonWriter(points, (bytes) => chunks.push(bytes)).sink, collector.sink);
  try {
    const params = engine.params(startMs, endMs, stepMs);
    const { annotations, stats } = await engine.run(queryable, text, params, sink, { stats: level, analyze });
    return { json: textOf(chunks), result: collector.result(), ...annotations.texts(text), stats };
  } catch (error) {
    if (isPromError(error)) return { error };
    throw error;
  }
}

/** The JSON, or the type and text of the error, that a worker answers with. What can't be planned never gets to one, and is thrown. */
export function workerAnswerOf(queryable: Queryable, query: FuzzQuery, workerPoints: PointWriter): string {
  const { text, startMs, endMs, stepMs, maxSamples, stats } = query;
  const params = engineOf(query).params(startMs, endMs, stepMs);
  const { selectors } = planQuery(text, params);
  const queriers: Querier[] = [];
  const chunks: Uint8Array[] = [];
  let end: WorkerMessage | undefined;
  const handle = createJobHandler({
    control: Int32Array.of(0, 1e6),
    points: workerPoints,
    openSelection: ({ pin }) => {
      const { minTimeMs, maxTimeMs, matchers, hints } = selectors[pin];
      const querier = queryable.querier(minTimeMs, maxTimeMs);
      queriers.push(querier);
      return querier.select(matchers, hints);
    },
    listLabels: () => ({ values: [], truncated: false }),
    post: (message) => {
      // The last piece comes with the end.
      if ("bytes" in message && message.bytes !== undefined) chunks.push(message.bytes);
      if (message.type !== "json") end = message;
    },
  });
  handle({ type: "query", id: 1, text, params, selections: selectors.map((_selector, pin) => ({ pin })), kind: "json", maxSamples, stats });
  for (const querier of queriers) querier.close();
  return end?.type === "failed" ? `${end.errorType}: ${end.message}` : textOf(chunks);
}

function textOf(chunks: readonly Uint8Array[]): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
}

function both(one: ResultSink, other: ResultSink): ResultSink {
  return {
    begin: (...all) => (one.begin(...all), other.begin(...all)),
    series: (...all) => (one.series(...all), other.series(...all)),
    samples: (...all) => (one.samples(...all), other.samples(...all)),
    scalar: (...all) => (one.scalar(...all), other.scalar(...all)),
    text: (...all) => (one.text(...all), other.text(...all)),
    end: () => (one.end(), other.end()),
  };
}
