/** The times at which an expression is evaluated: `startMs + k * stepMs` for k in [0, stepCount). */
export interface Grid {
  readonly startMs: number;
  readonly stepMs: number;
  /** 0 where a subquery's range holds no multiple of its step. */
  readonly stepCount: number;
  /** Whether it was asked for from one time to another, be it of a single step; functions that sort tell so. */
  readonly isRange: boolean;
}

/** What stands where no grid was given yet. */
export const NO_STEPS: Grid = { startMs: 0, stepMs: 1, stepCount: 0, isRange: true };

/** The grid from `startMs` to `endMs`, both included; `stepMs` 0 is a single step at `startMs`. */
export function gridOf(startMs: number, endMs: number, stepMs: number): Grid {
  if (stepMs === 0) return { startMs, stepMs: 1, stepCount: 1, isRange: false };
  const stepCount = endMs < startMs ? 0 : Math.floor((endMs - startMs) / stepMs) + 1;
  return { startMs, stepMs, stepCount, isRange: endMs !== startMs };
}

/** The first step alone. */
export function firstStep(grid: Grid): Grid {
  return { startMs: grid.startMs, stepMs: grid.stepMs, stepCount: Math.min(1, grid.stepCount), isRange: false };
}

/** The time of the last step; of a grid without steps, the time before its start. */
export function lastStepMs(grid: Grid): number {
  return grid.startMs + (grid.stepCount - 1) * grid.stepMs;
}

/**
 * The steps that a subquery over `rangeMs` needs so that windows ending from `firstEndMs` to `lastEndMs` find their points: multiples of
 * `stepMs` since the epoch, the first one after the open left end of the first window (promql/engine.go `subqueryTimeRange`).
 */
export function subqueryGrid(firstEndMs: number, lastEndMs: number, rangeMs: number, stepMs: number): Grid {
  const startMs = (Math.floor((firstEndMs - rangeMs) / stepMs) + 1) * stepMs;
  return gridOf(startMs, lastEndMs, stepMs);
}
