import { expect, test } from "@jest/globals";
import { defaultParseOptions, parseExpr } from "@ferula/promql-syntax";
import { durationMs } from "../../src/plan/duration.ts";

/** The range of `up[text]` as the plan has it, in a query from 0 to 10 minutes by 15 s. */
function rangeMs(text: string): number {
  const expr = parseExpr(`up[${text}]`, { ...defaultParseOptions, durationExpressions: true });
  if (expr.kind !== "matrix" || expr.rangeExpr === undefined) throw new Error(`${text} is no expression`);
  return durationMs(expr.rangeExpr, { stepMs: 15_000, rangeMs: 600_000 }, false);
}

test.each<[text: string, ms: number]>([
  ["1m + 30", 90_000],
  ["2 * 3m - 1m", 300_000],
  ["10m / 4", 150_000],
  ["100 % 30", 10_000],
  ["2 ^ 3", 8000],
  ["step()", 15_000],
  ["range() / 2", 300_000],
  ["max_of(step(), 1m)", 60_000],
  ["min_of(step(), 1m)", 15_000],
  ["-(-5m * 1)", 300_000],
  ["1 / 3", 333],
])("[%s] is %d ms", (text, ms) => {
  expect(rangeMs(text)).toBe(ms);
});

test.each<[text: string, problem: string]>([
  ["5m - 5m", "3:10: duration must be greater than 0"],
  ["step() - 1h", "duration must be greater than 0"],
  ["1m / (step() - 15)", "division by zero"],
  ["1m % (step() - 15)", "modulo by zero"],
  ["step() ^ 1000", "duration is NaN or infinite"],
  ["step() ^ 10", "duration is out of range"],
])("[%s] is refused: %s", async (text, problem) => {
  await expect(async () => rangeMs(text)).rejects.toMatchObject({ errorType: "bad_data", message: expect.stringContaining(problem) });
});
