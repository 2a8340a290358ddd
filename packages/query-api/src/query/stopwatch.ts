import type { QueryTimings } from "./query-metrics.ts";

/** When a query passed its stations, by `performance.now()`; absent are those that it has not come to. */
export interface QueryStations {
  readonly startedMs: number;
  readonly plannedMs: number;
  readonly admittedMs: number | undefined;
  readonly selectedMs: number | undefined;
}

/** The clock of a query that goes from one station to the next. */
export interface Stopwatch {
  readonly planned: () => void;
  readonly admitted: () => void;
  readonly selected: () => void;
  readonly wasAdmitted: () => boolean;
  readonly stations: () => QueryStations;
  /** Until now. */
  readonly timings: () => QueryTimings;
}

/** Takes the time between the stations of a query, from now on. A query that ends early was at its last station until then. */
export function createStopwatch(): Stopwatch {
  const startedMs = performance.now();
  let plannedMs = startedMs;
  let admittedMs: number | undefined;
  let selectedMs: number | undefined;

  return {
    planned: (): void => void (plannedMs = performance.now()),
    admitted: (): void => void (admittedMs = performance.now()),
    selected: (): void => void (selectedMs = performance.now()),
    wasAdmitted: (): boolean => admittedMs !== undefined,
    stations: (): QueryStations => ({ startedMs, plannedMs, admittedMs, selectedMs }),
    timings(): QueryTimings {
      const nowMs = performance.now();
      const leftQueueMs = admittedMs ?? nowMs;
      const leftMainMs = selectedMs ?? nowMs;
      return {
        queueSeconds: (leftQueueMs - plannedMs) / 1000,
        prepareSeconds: (plannedMs - startedMs + (leftMainMs - leftQueueMs)) / 1000,
        evalSeconds: (nowMs - leftMainMs) / 1000,
        totalSeconds: (nowMs - startedMs) / 1000,
      };
    },
  };
}
