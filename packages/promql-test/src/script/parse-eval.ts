import { ParseError, parseExpr } from "@ferula/promql-syntax";
import { scriptSyntax } from "../engine-options.ts";
import type { EvalCommand, Parsed } from "./commands.ts";
import { type EvalForm, parseExpectation } from "./parse-expectation.ts";
import { parseDurationAt, parseTimes } from "./parse-line.ts";
import { ScriptError } from "./script-error.ts";

const instantCommand = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+)$/;
const rangeCommand = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$/;

/** Reads an `eval` and what is expected below it, up to an empty line. Throws ScriptError. */
export function parseEval(lines: readonly string[], first: number): Parsed<EvalCommand> {
  const line = first + 1;
  const instant = instantCommand.exec(lines[first]);
  if (instant !== null) {
    const [, form, at, expr] = instant as unknown as [string, EvalForm, string | undefined, string];
    checkExpr(expr, line);
    const timeMs = parseDurationAt(at ?? "", "timestamp", line);
    const { expected, next, times } = parseExpectation(lines, line, { form, isInstant: true });
    const grid = times ?? { startMs: timeMs, endMs: -Infinity, stepMs: 0 };
    const command: EvalCommand = { kind: "eval", line, expr, isRange: false, timeMs: times?.endMs ?? timeMs, ...grid, expected };
    return { command, next };
  }
  const range = rangeCommand.exec(lines[first]);
  if (range === null)
    throw new ScriptError(
      line,
      "invalid evaluation command: neither 'eval instant [at <time>] <query>' nor 'eval range from <from> to <to> step <step> <query>'",
    );
  const [, form, from, to, step, expr] = range as unknown as [string, EvalForm, string, string, string, string];
  checkExpr(expr, line);
  const grid = parseTimes(from, to, step, line);
  const { expected, next } = parseExpectation(lines, line, { form, isInstant: false });
  return { command: { kind: "eval", line, expr, isRange: true, timeMs: grid.startMs, ...grid, expected }, next };
}

function checkExpr(expr: string, line: number): void {
  try {
    parseExpr(expr, scriptSyntax);
  } catch (error) {
    if (error instanceof ParseError) throw new ScriptError(line, `${expr}: ${error.message}`, { cause: error });
    throw error;
  }
}
