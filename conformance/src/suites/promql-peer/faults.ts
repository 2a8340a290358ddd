import { children, formatExpr, type Expr, parseExpr, valueType } from "@ferula/promql-syntax";
import { everything } from "../grammar.ts";
import { ask, type Question } from "./answer.ts";
import type { Difference } from "./compare.ts";

/** Where both servers listen. */
export interface Servers {
  readonly ours: string;
  readonly theirs: string;
}

/**
 * Whether both refuse a query that has several faults, and name another of them: one server says of a part of the query by itself what the
 * other says of the whole.
 */
export async function namesAnotherFault(servers: Servers, { aspect, question, ours, theirs }: Difference): Promise<boolean> {
  if (aspect !== "error") return false;
  for (const part of partsOf(parseExpr(question.query, everything))) {
    const one = questionOf(part, question);
    const [own, other] = await Promise.all([ask(servers.ours, one), ask(servers.theirs, one)]);
    if (withoutSeries(other.error) === withoutSeries(ours.error) || withoutSeries(own.error) === withoutSeries(theirs.error)) return true;
  }
  return false;
}

/** Of several series of one match, upstream names two in the order of a Go map. */
function withoutSeries(error: string): string {
  return error.replace(/: \[.*\];/s, ": [];");
}

function partsOf(expr: Expr): readonly Expr[] {
  return children(expr).flatMap((child) => [child, ...partsOf(child)]);
}

/** A range can only be asked for at one time. */
function questionOf(part: Expr, { start, end, step }: Question): Question {
  const query = formatExpr(part);
  return valueType(part) === "matrix" ? { query, start: end, end, step: undefined } : { query, start, end, step };
}
