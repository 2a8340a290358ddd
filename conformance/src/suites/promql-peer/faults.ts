import { children, formatExpr, type Expr, parseExpr, valueType } from "@ferula/promql-syntax";
import { everything } from "../grammar.ts";
import { ask, type Question } from "./answer.ts";
import type { Difference } from "./compare.ts";

/**
 * Whether both refuse a query that has several faults, and name another of them: the server at `url` says of a part of the query by itself
 * what we say of the whole.
 */
export async function namesAnotherFault(url: string, { aspect, question, ours }: Difference): Promise<boolean> {
  if (aspect !== "error") return false;
  for (const part of partsOf(parseExpr(question.query, everything))) {
    const answer = await ask(url, questionOf(part, question));
    if (answer.error === ours.error) return true;
  }
  return false;
}

function partsOf(expr: Expr): readonly Expr[] {
  return children(expr).flatMap((child) => [child, ...partsOf(child)]);
}

/** A range can only be asked for at one time. */
function questionOf(part: Expr, { start, end, step }: Question): Question {
  const query = formatExpr(part);
  return valueType(part) === "matrix" ? { query, start: end, end, step: undefined } : { query, start, end, step };
}
