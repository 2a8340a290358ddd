import { createStepColumn } from "../columns.ts";
import type { Evaluation } from "../control.ts";
import type { Grid } from "../grid.ts";
import type { Operator, OutputSeries, SymbolSeries } from "./operator.ts";

/**
 * An operator whose reads may fail or say something: what nobody has read by the end of the evaluation is read then, for upstream
 * evaluates every operand, whether or not the result needs it. `matters`, asked at the end, spares that where nothing can come of it.
 */
export function readAll(operator: Operator, grid: Grid, evaluation: Evaluation, matters: () => boolean): Operator {
  let all: readonly OutputSeries[] | undefined;
  let wasRead: Uint8Array | undefined;

  function series(): readonly OutputSeries[] {
    all ??= operator.series();
    wasRead ??= new Uint8Array(all.length);
    return all;
  }

  function symbolSeries(): SymbolSeries | undefined {
    const found = operator.symbolSeries?.();
    if (found !== undefined) wasRead ??= new Uint8Array(found.count);
    return found;
  }

  evaluation.atEnd(() => {
    wasRead ??= new Uint8Array(series().length);
    if (!wasRead.includes(0) || !matters()) return;
    const column = createStepColumn(grid.stepCount);
    for (let i = 0; i < wasRead.length; i++) if (wasRead[i] === 0) operator.read(i, column);
  });

  return {
    series,
    symbolSeries,
    read: (index, out) => {
      if (wasRead !== undefined) wasRead[index] = 1;
      operator.read(index, out);
    },
  };
}
