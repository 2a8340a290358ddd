import { expect, test } from "@jest/globals";
import { createStepColumn } from "../../src/columns.ts";
import { createEvaluation } from "../../src/control.ts";
import { gridOf } from "../../src/grid.ts";
import type { Operator } from "../../src/operators/operator.ts";
import { readAll } from "../../src/operators/read-all.ts";

test.each<[read: readonly number[], matters: boolean, want: readonly number[], why: string]>([
  [[], true, [0, 1, 2], "all of what nobody read"],
  [[1], true, [1, 0, 2], "the rest of what was read in part"],
  [[2, 0, 1], true, [2, 0, 1], "nothing where all was read"],
  [[1], false, [1], "nothing where it doesn't matter"],
])("with %j read and %p, what is read in all is %j: %s", (read, matters, want) => {
  const order: number[] = [];
  const grid = gridOf(0, 0, 0);
  const evaluation = createEvaluation(
    { maxSamples: 10, stopReason: () => undefined },
    { delayedNameRemoval: false, typeAndUnitLabels: false },
  );
  const operator: Operator = {
    series: () => ["a", "b", "c"].map((i) => ({ labels: ["i", i], dropName: false })),
    read: (index) => {
      order.push(index);
    },
  };
  const wrapped = readAll(operator, grid, evaluation, () => matters);
  if (read.length > 0) wrapped.series();
  for (const index of read) wrapped.read(index, createStepColumn(1));
  evaluation.finish();
  expect(order).toEqual(want);
});
