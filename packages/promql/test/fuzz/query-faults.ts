import { isPromError } from "@ferula/model";
import { formatExpr, parseExpr } from "@ferula/promql-syntax";
import type { PointWriter } from "../../src/index.ts";
import { answerOf, type Answer, engineOf, workerAnswerOf } from "./answers.ts";
import { instantFaults } from "./instant-faults.ts";
import { jsonFaults } from "./json-faults.ts";
import type { FuzzQuery } from "./queries.ts";
import type { OddStorage } from "./storage.ts";

/** How much is asked of a query besides its answer. */
export interface Thoroughness {
  /** Has the query evaluated as a worker does; its points are written by this. */
  readonly workerPoints?: PointWriter | undefined;
  /** Has a range query evaluated as an instant query at each step, too. */
  readonly instants?: boolean;
  /** Has the printed form of the query evaluated, too. */
  readonly printed?: boolean;
  /** Has the query evaluated once more and stopped at the n-th look at the clock, if it gets that far. */
  readonly stopAtLook?: number;
}

const ERROR_TYPES = new Set(["bad_data", "execution"]);

/** What no message says that was meant for a user. Two are of a stack or a memory that is too small, which no query here is big enough for. */
const BROKEN_MESSAGE = /BUG|undefined|\[object|not a function|Cannot read|not iterable|nested too deeply|more memory than/;

/**
 * What means something else when it is printed, as upstream prints it: durations below a millisecond become `0s`, and the labels of `absent`
 * depend on the order of matchers, which is not kept.
 */
const UNPRINTABLE = /\b0\.0004\b|\babsent/;

/** Why the answer to a query is not as it has to be, as sentences; none is right. What is thrown is no proper error. */
export async function queryFaults(storage: OddStorage, query: FuzzQuery, thoroughness: Thoroughness): Promise<string[]> {
  const { workerPoints, instants, printed, stopAtLook } = thoroughness;
  const answer = await answerOf(storage.queryable, query);
  const faults = "error" in answer ? errorFaults(answer) : resultFaults(answer, query);
  if (storage.openQueriers() !== 0) faults.push("a querier is open");
  const isPlanned = canExplain(query);
  if (!isPlanned && !("error" in answer)) faults.push("what is answered can't be explained");
  if (isPlanned && workerPoints !== undefined) faults.push(...workerFaults(storage, query, answer, workerPoints));
  if (stopAtLook !== undefined) faults.push(...(await stopFaults(storage, query, answer, stopAtLook)));
  if (printed === true) faults.push(...(await printedFaults(storage, query, answer)));
  if (instants === true) faults.push(...(await instantFaults(storage, query, answer)));
  return faults;
}

function errorFaults({ error }: Extract<Answer, { error: unknown }>): string[] {
  const { errorType, message } = error;
  return ERROR_TYPES.has(errorType) && message !== "" && !BROKEN_MESSAGE.test(message) ? [] : [`${errorType}: ${message}`];
}

function resultFaults({ json, result, warnings, infos, stats }: Extract<Answer, { json: string }>, query: FuzzQuery): string[] {
  const faults = [...jsonFaults(json, result, query)];
  for (const note of [...warnings, ...infos]) if (BROKEN_MESSAGE.test(note)) faults.push(`a note: ${note}`);
  const { loadedSamples, peakSamples, totalSamples, samplesRead, steps } = stats;
  const counts = [loadedSamples, peakSamples, totalSamples, samplesRead, ...(steps?.total ?? []), ...(steps?.read ?? [])];
  if (!counts.every((count) => Number.isSafeInteger(count) && count >= 0)) faults.push(`counts ${counts.join()}`);
  if (peakSamples < loadedSamples || peakSamples > query.maxSamples) faults.push(`a peak of ${peakSamples} samples`);
  if (steps !== undefined && steps.total.reduce((sum, count) => sum + count, 0) !== totalSamples) faults.push("steps that don't add up");
  return faults;
}

/** A plan that can be made can be explained; one that can't is refused as the query is. */
function canExplain(query: FuzzQuery): boolean {
  const engine = engineOf(query);
  const params = engine.params(query.startMs, query.endMs, query.stepMs);
  try {
    engine.explain(query.text, params);
    return true;
  } catch (error) {
    if (isPromError(error)) return false;
    throw error;
  }
}

function workerFaults(storage: OddStorage, query: FuzzQuery, answer: Answer, points: PointWriter): string[] {
  const want = "error" in answer ? `${answer.error.errorType}: ${answer.error.message}` : answer.json;
  const got = workerAnswerOf(storage.queryable, query, points);
  return got === want ? [] : [`a worker answers ${got} instead of ${want}`];
}

/** A query that runs out of time says so, and leaves nothing open; one that does not is answered as ever. */
async function stopFaults(storage: OddStorage, query: FuzzQuery, answer: Answer, stopAtLook: number): Promise<string[]> {
  const stopped = await answerOf(storage.queryable, query, stopAtLook);
  if (storage.openQueriers() !== 0) return ["a querier is open when the query is stopped"];
  if ("error" in stopped && stopped.error.errorType === "timeout") return [];
  const [want, got] = [answer, stopped].map((one) => ("error" in one ? one.error.message : one.json));
  return got === want ? [] : [`with little time it gives ${got} instead of ${want}`];
}

async function printedFaults(storage: OddStorage, query: FuzzQuery, answer: Answer): Promise<string[]> {
  if (("error" in answer && answer.error.errorType === "bad_data") || UNPRINTABLE.test(query.text)) return [];
  const text = formatExpr(parseExpr(query.text, engineOf(query).params(0, 0, 0).syntax));
  const again = await answerOf(storage.queryable, { ...query, text });
  const [want, got] = [answer, again].map((one) => ("error" in one ? one.error.errorType : one.json));
  return got === want ? [] : [`printed as ${text}, it gives ${got} instead of ${want}`];
}
