import type { StepColumn } from "../../columns.ts";

/** The aggregations whose samples can be folded into an accumulator one by one. */
export type FoldingOp = "sum" | "avg" | "min" | "max" | "count" | "group" | "stddev" | "stdvar";

/** Accumulators of every group at every step; columns are of floats, but for those of "count" and "group". Cell `group * stepCount + k` belongs to the group's step k. */
export interface Fold {
  readonly add: (group: number, column: StepColumn) => void;
  /** Whether a cell has got anything. */
  readonly has: (cell: number) => boolean;
  /** Writes the group's result. */
  readonly finish: (group: number, out: StepColumn) => void;
}

/** Accumulators for `groupCount` groups of `stepCount` steps, all of them empty. */
export function createFold(op: FoldingOp, groupCount: number, stepCount: number): Fold {
  switch (op) {
    case "sum":
      return sumFold(groupCount, stepCount);
    case "avg":
      return avgFold(groupCount, stepCount);
    case "min":
      return extremeFold(groupCount, stepCount, -1);
    case "max":
      return extremeFold(groupCount, stepCount, 1);
    case "count":
      return countFold(groupCount, stepCount, false);
    case "group":
      return countFold(groupCount, stepCount, true);
    case "stddev":
      return varianceFold(groupCount, stepCount, true);
    case "stdvar":
      return varianceFold(groupCount, stepCount, false);
  }
}

/** Neumaier's sum in every cell; the first value starts it (util/kahansum/kahansum.go, promql/engine.go `aggregation`). */
function sumFold(groupCount: number, stepCount: number): Fold {
  const sums = new Float64Array(groupCount * stepCount);
  const compensations = new Float64Array(groupCount * stepCount);
  const seen = new Uint8Array(groupCount * stepCount);
  return {
    add: (group, { values, present }) => {
      const base = group * stepCount;
      for (let k = 0; k < stepCount; k++) {
        if (present[k] === 0) continue;
        const cell = base + k;
        const value = values[k];
        if (seen[cell] === 0) {
          seen[cell] = 1;
          sums[cell] = value;
          continue;
        }
        const sum = sums[cell];
        const total = sum + value;
        if (total > Number.MAX_VALUE || total < -Number.MAX_VALUE) compensations[cell] = 0;
        else if (Math.abs(sum) >= Math.abs(value)) compensations[cell] += sum - total + value;
        else compensations[cell] += value - total + sum;
        sums[cell] = total;
      }
    },
    has: (cell) => seen[cell] === 1,
    finish: (group, out) => {
      const base = group * stepCount;
      for (let k = 0; k < stepCount; k++) {
        out.present[k] = seen[base + k];
        out.values[k] = sums[base + k] + compensations[base + k];
      }
    },
  };
}

/** As `KahanMean`, in every cell. A negative count marks a cell that went over to the incremental mean. */
function avgFold(groupCount: number, stepCount: number): Fold {
  const sums = new Float64Array(groupCount * stepCount);
  const compensations = new Float64Array(groupCount * stepCount);
  const counts = new Float64Array(groupCount * stepCount);

  function addIncremental(cell: number, value: number, count: number): void {
    const weight = (count - 1) / count;
    const increment = value / count;
    const mean = weight * sums[cell];
    const compensation = weight * compensations[cell];
    const total = mean + increment;
    if (total > Number.MAX_VALUE || total < -Number.MAX_VALUE) compensations[cell] = 0;
    else if (Math.abs(mean) >= Math.abs(increment)) compensations[cell] = compensation + (mean - total + increment);
    else compensations[cell] = compensation + (increment - total + mean);
    sums[cell] = total;
  }

  return {
    add: (group, { values, present }) => {
      const base = group * stepCount;
      for (let k = 0; k < stepCount; k++) {
        if (present[k] === 0) continue;
        const cell = base + k;
        const value = values[k];
        const held = counts[cell];
        if (held === 0) {
          counts[cell] = 1;
          sums[cell] = value;
        } else if (held < 0) {
          counts[cell] = held - 1;
          addIncremental(cell, value, 1 - held);
        } else {
          const sum = sums[cell];
          const total = sum + value;
          if (total === Infinity || total === -Infinity) {
            counts[cell] = -(held + 1);
            sums[cell] = sum / held;
            compensations[cell] /= held;
            addIncremental(cell, value, held + 1);
            continue;
          }
          counts[cell] = held + 1;
          if (Math.abs(sum) >= Math.abs(value)) compensations[cell] += sum - total + value;
          else compensations[cell] += value - total + sum;
          sums[cell] = total;
        }
      }
    },
    has: (cell) => counts[cell] !== 0,
    finish: (group, out) => {
      const base = group * stepCount;
      for (let k = 0; k < stepCount; k++) {
        const cell = base + k;
        const count = counts[cell];
        out.present[k] = count === 0 ? 0 : 1;
        out.values[k] = count < 0 ? sums[cell] + compensations[cell] : sums[cell] / count + compensations[cell] / count;
      }
    },
  };
}

/** The greatest value, or with `sign` -1 the least; NaN only where there is nothing else. */
function extremeFold(groupCount: number, stepCount: number, sign: 1 | -1): Fold {
  const extremes = new Float64Array(groupCount * stepCount);
  const seen = new Uint8Array(groupCount * stepCount);
  return {
    add: (group, { values, present }) => {
      const base = group * stepCount;
      for (let k = 0; k < stepCount; k++) {
        if (present[k] === 0) continue;
        const cell = base + k;
        const value = values[k];
        const held = extremes[cell];
        if (seen[cell] === 0 || held !== held || (sign === 1 ? value > held : value < held)) {
          seen[cell] = 1;
          extremes[cell] = value;
        }
      }
    },
    has: (cell) => seen[cell] === 1,
    finish: (group, out) => {
      const base = group * stepCount;
      for (let k = 0; k < stepCount; k++) {
        out.present[k] = seen[base + k];
        out.values[k] = extremes[base + k];
      }
    },
  };
}

/** How many series there are, or with `isGroup` 1 wherever there is one. */
function countFold(groupCount: number, stepCount: number, isGroup: boolean): Fold {
  const counts = new Float64Array(groupCount * stepCount);
  return {
    add: (group, { present }) => {
      const base = group * stepCount;
      for (let k = 0; k < stepCount; k++) if (present[k] !== 0) counts[base + k]++;
    },
    has: (cell) => counts[cell] !== 0,
    finish: (group, out) => {
      const base = group * stepCount;
      for (let k = 0; k < stepCount; k++) {
        const count = counts[base + k];
        out.present[k] = count === 0 ? 0 : 1;
        out.values[k] = isGroup ? 1 : count;
      }
    },
  };
}

/** Welford's algorithm. A first value that is no finite number makes the result NaN, as later ones do by themselves. */
function varianceFold(groupCount: number, stepCount: number, isDeviation: boolean): Fold {
  const means = new Float64Array(groupCount * stepCount);
  const squares = new Float64Array(groupCount * stepCount);
  const counts = new Float64Array(groupCount * stepCount);
  return {
    add: (group, { values, present }) => {
      const base = group * stepCount;
      for (let k = 0; k < stepCount; k++) {
        if (present[k] === 0) continue;
        const cell = base + k;
        const value = values[k];
        const count = ++counts[cell];
        if (count === 1) {
          means[cell] = value;
          squares[cell] = Number.isFinite(value) ? 0 : NaN;
          continue;
        }
        const delta = value - means[cell];
        const mean = means[cell] + delta / count;
        means[cell] = mean;
        squares[cell] += delta * (value - mean);
      }
    },
    has: (cell) => counts[cell] !== 0,
    finish: (group, out) => {
      const base = group * stepCount;
      for (let k = 0; k < stepCount; k++) {
        const count = counts[base + k];
        const variance = squares[base + k] / count;
        out.present[k] = count === 0 ? 0 : 1;
        out.values[k] = isDeviation ? Math.sqrt(variance) : variance;
      }
    },
  };
}
