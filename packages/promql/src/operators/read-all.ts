import { createStepColumn } from "../columns.ts";
import type { Evaluation } from "../control.ts";
import type { Grid } from "../grid.ts";
import type { Operator, OutputSeries } from "./operator.ts";

/**
 * An operator whose reads may fail or say something: what nobody has read by the end of the evaluation is read then, for upstream
 * evaluates every operand, whether or not the result needs it. `matters`, asked at the end, spares that where nothing can come of it.
 */
export function readAll(operator: Operator, grid: Grid, evaluation: Evaluation, matters: () => boolean): Operator {
  let all: readonly OutputSeries[] | undefined;
  let wasRead = new Uint8Array(0);

  function series(): readonly OutputSeries[] {
    if (all === undefined) {
      all = operator.series();
      wasRead = new Uint8Array(all.length);
    }
    return all;
  }

  evaluation.atEnd(() => {
    const { length } = series();
    if (!wasRead.includes(0) || !matters()) return;
    const column = createStepColumn(grid.stepCount);
    for (let i = 0; i < length; i++) if (wasRead[i] === 0) operator.read(i, column);
  });

  return {
    series,
    read: (index, out) => {
      wasRead[index] = 1;
      operator.read(index, out);
    },
  };
}
