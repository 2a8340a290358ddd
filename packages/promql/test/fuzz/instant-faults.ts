import { parseExpr, walk } from "@ferula/promql-syntax";
import { answerOf, type Answer, syntax } from "./answers.ts";
import type { JsonResult } from "./json-faults.ts";
import type { FuzzQuery } from "./queries.ts";
import type { OddStorage } from "./storage.ts";

/**
 * Words that make a query mean something else at each step, or at an instant: times of the whole query, and what sorts instant queries
 * alone, where something else is computed of it in that order.
 */
const STEP_WORDS = /\b(start|end|step|range)\(\)|.\b(sort|topk|bottomk)/;

/** Aggregations of what is the same at each step are evaluated once, even if their parameter changes (promql/engine.go `preprocessExprHelper`). */
function dependsOnSteps(text: string): boolean {
  let hasChangingParam = false;
  walk(parseExpr(text, syntax), (expr) => {
    if (expr.kind === "aggregate" && (expr.param?.kind === "call" || expr.param?.kind === "paren")) hasChangingParam = true;
  });
  return hasChangingParam || STEP_WORDS.test(text);
}

/** A range query that is answered gives what instant queries at its steps do. (One that is not may still be answered at each of them.) */
export async function instantFaults(storage: OddStorage, query: FuzzQuery, answer: Answer): Promise<string[]> {
  if ("error" in answer || query.stepMs === 0 || dependsOnSteps(query.text)) return [];
  const atSteps = samplesByTime(answer.json);
  const { startMs, endMs, stepMs } = query;
  for (let timeMs = startMs; timeMs <= endMs; timeMs += stepMs) {
    const instant = await answerOf(storage.queryable, { ...query, startMs: timeMs, endMs: timeMs, stepMs: 0 });
    if ("error" in instant) return [`fails at ${timeMs} ms: ${instant.error.message}`];
    const want = [...(samplesByTime(instant.json).values().next().value ?? [])].toSorted().join("\n");
    const got = [...(atSteps.get(JSON.stringify(timeMs / 1000)) ?? [])].toSorted().join("\n");
    if (got !== want) return [`gives at ${timeMs} ms\n${got}\nand as an instant query\n${want}`];
  }
  return [];
}

/** A result as lines `labels value`, by their times. */
function samplesByTime(json: string): Map<string, string[]> {
  const { resultType, result } = JSON.parse(json) as JsonResult;
  const lines = new Map<string, string[]>();
  const add = (metric: unknown, [seconds, value]: readonly [number, unknown]): void => {
    const time = JSON.stringify(seconds);
    const own = lines.get(time) ?? [];
    own.push(`${JSON.stringify(metric)} ${plainValue(value)}`);
    lines.set(time, own);
  };
  if (resultType === "scalar" || resultType === "string") {
    add({}, result);
    return lines;
  }
  for (const { metric, value, histogram, values = [], histograms = [] } of result) {
    for (const point of [...values, ...histograms]) add(metric, point);
    if (value !== undefined) add(metric, value);
    if (histogram !== undefined) add(metric, histogram);
  }
  return lines;
}

/** Scalars are written without exponents, vectors with. */
function plainValue(value: unknown): string {
  return typeof value === "string" ? String(Number(value.replace("Inf", "Infinity"))) : JSON.stringify(value);
}
