import { isPromError } from "@ferula/model";
import type { Engine, QueryOutcome } from "@ferula/promql";
import type { Queryable } from "@ferula/storage";
import { compareAnnotations } from "../compare/compare-annotations.ts";
import { compareResult, findDisorder } from "../compare/compare-result.ts";
import { type ScriptResult, scriptResult } from "../compare/result.ts";
import type { EvalCommand } from "../script/commands.ts";
import { atVariants, type InstantQuery } from "./at-variants.ts";

/** How far around an instant query the range query reaches that must give the same, and its step. */
const RANGE_CHECK_MS = 60_000;

/** Queries that tell the bounds of the range or the step differ between an instant and a range query. */
const readsQueryRange = /(start|end|range|step)\(\)/;

/**
 * Evaluates a command's query and says what is not as expected; undefined when all is. An instant query is evaluated in the middle of a
 * range query too, and both again with its selectors pinned by `@`, at other times.
 */
export async function evaluate(engine: Engine, queryable: Queryable, command: EvalCommand): Promise<string | undefined> {
  if (command.isRange) return evaluateRange(engine, queryable, command);
  const query = { expr: command.expr, timeMs: command.timeMs };
  for (const variant of [query, ...atVariants(query)]) {
    const problem = await evaluateInstant(engine, queryable, command, variant);
    if (problem !== undefined) return variant === query ? problem : `${problem} (as ${variant.expr} at ${variant.timeMs} ms)`;
  }
  return undefined;
}

async function evaluateRange(engine: Engine, queryable: Queryable, command: EvalCommand): Promise<string | undefined> {
  const { expr, startMs, endMs, stepMs, expected } = command;
  const outcome = await outcomeOf(engine.range(queryable, expr, startMs, endMs, stepMs));
  if (typeof outcome === "string") return compareFailure(command, outcome);
  if (expected.fails !== undefined) return "expected an error, got none";
  return compareAnnotations(expected, outcome.annotations, expr) ?? compareResult(command, scriptResult(outcome));
}

async function evaluateInstant(
  engine: Engine,
  queryable: Queryable,
  command: EvalCommand,
  { expr, timeMs }: InstantQuery,
): Promise<string | undefined> {
  const { expected } = command;
  const outcome = await outcomeOf(engine.instant(queryable, expr, timeMs));
  if (typeof outcome === "string") return compareFailure(command, outcome);
  if (expected.fails !== undefined) return "expected an error, got none";
  const result = scriptResult(outcome);
  const problem = compareAnnotations(expected, outcome.annotations, expr) ?? compareResult(command, result);
  if (problem !== undefined || !expected.holdsInRange || readsQueryRange.test(expr)) return problem;
  const inRange = await outcomeOf(engine.range(queryable, expr, timeMs - RANGE_CHECK_MS, timeMs + RANGE_CHECK_MS, RANGE_CHECK_MS));
  const rangeProblem =
    typeof inRange === "string" ? `failed: ${inRange}` : compareMiddle(command, result.type, timeMs, scriptResult(inRange));
  return rangeProblem === undefined ? undefined : `${rangeProblem} (as a range query)`;
}

/** Holds the step at `timeMs` of a range query against what the instant query was held against. */
function compareMiddle(command: EvalCommand, type: ScriptResult["type"], timeMs: number, matrix: ScriptResult): string | undefined {
  // A matrix has an order of its own.
  if (command.expected.isOrdered) return undefined;
  const disorder = findDisorder(matrix.series);
  if (disorder !== undefined) return disorder;
  const series = matrix.series.flatMap(({ labels, points }) => {
    const point = points.find(({ timestampMs }) => timestampMs === timeMs);
    return point === undefined ? [] : [{ labels, points: [point] }];
  });
  if (type === "scalar" && series.length === 0) return "expected a scalar, got nothing";
  return compareResult(command, { type: type === "scalar" ? "scalar" : "vector", text: "", series });
}

function compareFailure({ expected: { fails } }: EvalCommand, message: string): string | undefined {
  if (fails === undefined) return `failed: ${message}`;
  const unmatched = fails.find((match) => !match.matches(message));
  return unmatched === undefined ? undefined : `expected an error matching ${JSON.stringify(unmatched.source)}, got ${message}`;
}

/** The outcome, or the message of the error that the query gave. */
async function outcomeOf(running: Promise<QueryOutcome>): Promise<QueryOutcome | string> {
  try {
    return await running;
  } catch (error) {
    if (isPromError(error)) return error.message;
    throw error;
  }
}
