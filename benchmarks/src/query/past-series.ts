import { createGenerator } from "../generator.ts";

/** A series of the past: its name and labels as a line of exposition has them, and its values from one scrape to the next. */
export interface PastSeries {
  readonly name: string;
  readonly labels: string;
  readonly next: () => number;
}

const CODES = [200, 201, 400, 404, 500];
const BOUNDS = ["0.005", "0.01", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "10", "+Inf"];

/** The counters `bench_requests_total`: in one scrape of five a series stands still, and now and then one begins anew. */
export function requestCounters(count: number): readonly PastSeries[] {
  return Array.from({ length: count }, (_, i) => ({
    name: "bench_requests_total",
    labels: `code="${CODES[i % 5]}",handler="/api/v1/items/${i % 20}",instance="10.0.0.${Math.floor(i / 100)}:8080",shard="${i}"`,
    next: counter(i + 1, 100, 0.0001),
  }));
}

/** The buckets `bench_duration_seconds_bucket` of `count` series: ten of one histogram move together. */
export function durationBuckets(count: number): readonly PastSeries[] {
  return Array.from({ length: count / BOUNDS.length }, (_, histogram) => bucketsOf(histogram)).flat();
}

function bucketsOf(histogram: number): readonly PastSeries[] {
  const counts = BOUNDS.map(() => STEPS_BEFORE * 10);
  return BOUNDS.map((bound, k) => {
    // Each bucket has a generator of its own in the same state: the walks agree on what was observed, one series at a time.
    const random = createGenerator(histogram + 1);
    return {
      name: "bench_duration_seconds_bucket",
      labels: `instance="10.0.1.${Math.floor(histogram / 10)}:8080",le="${bound}",route="/v1/${histogram % 10}"`,
      next: () => {
        for (let b = 0; b < BOUNDS.length; b++) {
          const observed = Math.floor(random() * 8);
          if (b <= k) counts[k] += observed;
        }
        return counts[k];
      },
    };
  });
}

/**
 * Counters have taken so many steps before their first sample, and go on for some scrapes before they restart: a counter near zero where
 * samples begin is extrapolated otherwise in version 3 of Prometheus than in version 2.
 */
const STEPS_BEFORE = 10_000;
const STEADY_SCRAPES = 40;

/** A counter that grows by less than `step` in most scrapes, and restarts from zero with the given chance. */
export function counter(seed: number, step: number, restartChance = 0): () => number {
  const random = createGenerator(seed);
  let value = Math.floor((1 + random()) * step * STEPS_BEFORE);
  let scrapes = 0;
  return () => {
    if (random() < restartChance && scrapes > STEADY_SCRAPES) value = 0;
    scrapes++;
    if (random() < 0.8) value += Math.floor(random() * step);
    return value;
  };
}

/** A gauge that walks between 0 and `most` in steps of `grain`. */
export function gauge(seed: number, most: number, grain: number): () => number {
  const random = createGenerator(seed);
  let value = random() * most;
  return () => {
    value = Math.min(most, Math.max(0, value + (random() - 0.5) * most * 0.02));
    return Math.round(value / grain) * grain;
  };
}
