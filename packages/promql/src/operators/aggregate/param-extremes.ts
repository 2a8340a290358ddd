import { goMax, goMin } from "../../functions/float-math.ts";

/** The parameter of an aggregation over all steps; a NaN spreads to both extremes unless an infinity wins over it. */
export interface ParamExtremes {
  readonly least: number;
  readonly greatest: number;
  readonly hasNan: boolean;
}

/** Looks at the first `stepCount` values (promql/value.go `newFParams`). */
export function paramExtremes(values: Float64Array, stepCount: number): ParamExtremes {
  let least = Number.MAX_VALUE;
  let greatest = -Number.MAX_VALUE;
  let hasNan = false;
  for (let k = 0; k < stepCount; k++) {
    least = goMin(least, values[k]);
    greatest = goMax(greatest, values[k]);
    if (Number.isNaN(values[k])) hasNan = true;
  }
  return { least, greatest, hasNan };
}
