import fc from "fast-check";
import type { StatsLevel } from "../../src/index.ts";
import { expressions } from "./expressions.ts";
import { oneOf, type Text } from "./phrase.ts";

/** A query and what it is evaluated with. */
export interface FuzzQuery {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
  /** 0 marks an instant query. */
  readonly stepMs: number;
  readonly lookbackMs: number;
  readonly maxSamples: number;
  readonly delayedNameRemoval: boolean;
  readonly startTimestamps: boolean;
  readonly stats: StatsLevel;
  readonly analyze: boolean;
}

const rightTexts = fc.oneof(
  { arbitrary: expressions.vector, weight: 60 },
  { arbitrary: expressions.scalar, weight: 2 },
  { arbitrary: expressions.matrix, weight: 2 },
  { arbitrary: expressions.string, weight: 1 },
);

/** An expression with something cut out of it and something put in. */
const brokenTexts: Text = fc
  .tuple(rightTexts, fc.nat(), fc.nat({ max: 6 }), fc.oneof(oneOf('( ) [ ] { } , : = + - by on @ 5m 1 "a" offset bool é'), rightTexts))
  .map(([text, place, cut, put]) => {
    const at = place % (text.length + 1);
    return text.slice(0, at) + put + text.slice(at + cut);
  });

const usualTimes = fc.constantFrom(0, 60_000, 120_500, 239_993, 300_000, 555_555, 600_000);
const oddTimes = fc.constantFrom(-1, -300_000, -86_400_000, 900_000, 1e12, 8.64e15, -(2 ** 52));
const times = fc.oneof({ arbitrary: usualTimes, weight: 20 }, oddTimes);
/** Milliseconds that a double doesn't tell from their neighbours are of no use for steps. */
const farTimes = fc.constantFrom(2 ** 53, 9.2e18, -9.2e18);
const usualSteps = fc.constantFrom(1000, 15_000, 30_000, 47_123, 60_000);
const steps = fc.oneof({ arbitrary: usualSteps, weight: 8 }, fc.constantFrom(1, 7, 3_600_000, 1e12));

const instants = fc.oneof({ arbitrary: times, weight: 50 }, farTimes).map((startMs) => ({ startMs, endMs: startMs, stepMs: 0 }));
const ranges = fc
  .tuple(times, steps, fc.integer({ min: -1, max: 12 }), fc.nat({ max: 1 }))
  .map(([startMs, stepMs, count, more]) => ({ startMs, endMs: startMs + count * stepMs + more, stepMs }));

/** Queries of every kind over every kind of grid. */
export const queries: fc.Arbitrary<FuzzQuery> = fc
  .tuple(
    fc.oneof({ arbitrary: rightTexts, weight: 19 }, brokenTexts),
    fc.oneof(instants, { arbitrary: ranges, weight: 2 }),
    fc.record({
      lookbackMs: fc.constantFrom(300_000, 300_000, 300_000, 20_000, 20_000, 1),
      maxSamples: fc.oneof({ arbitrary: fc.constant(50_000), weight: 12 }, fc.constantFrom(1000, 20)),
      delayedNameRemoval: fc.boolean(),
      startTimestamps: fc.boolean(),
      stats: fc.constantFrom<StatsLevel>("cheap", "all", "steps"),
      analyze: fc.boolean(),
    }),
  )
  .map(([text, grid, options]) => ({ text, ...grid, ...options }));
