import { describe, expect, test } from "@jest/globals";
import { createEngine } from "../src/index.ts";
import { storageOf } from "./memory-storage.ts";

const engine = createEngine();
const storage = storageOf(60_000, "a 1x5");

/** `operand + operand + …`. */
function sum(operand: string, count: number): string {
  return Array.from({ length: count }, () => operand).join(" + ");
}

describe("1001 operands in a row", () => {
  test.each(["a", "1", "(a * 1)", "sum(a)", "a @ 60"])("%s", async (operand) => {
    const { series } = await engine.range(storage, `${sum(operand, 1001)} + a`, 0, 120_000, 60_000);
    expect(series.map(({ values }) => [...values])).toEqual([[1002, 1002, 1002]]);
  });
});

test("what is too deep for the stack is answered as an error of the execution, or works", async () => {
  const deep = sum("(a + on () group_left () (a + 1))", 3000);
  const outcome = await engine.instant(storage, deep, 60_000).then(
    ({ series }) => series[0].values[0],
    (error: unknown) => error,
  );
  if (outcome === 9000) return;
  expect(outcome).toMatchObject({ name: "PromError", errorType: "execution", message: expect.stringContaining("nested too deeply") });
});

test("one operand more than the parser takes is refused as bad data", async () => {
  await expect(engine.instant(storage, sum("a", 3002), 0)).rejects.toMatchObject({ name: "PromError", errorType: "bad_data" });
});
