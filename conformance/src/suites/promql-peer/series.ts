import { createSampleColumns, type Histogram, labelsOf, setStaleAt } from "@ferula/model";
import type { OutgoingSeries, WireHistogram } from "@ferula/wire";
import { histogramsOf } from "./histogram-values.ts";
import { createRandom, type Random } from "./random.ts";

/** When the data begins: always the same, so that a seed is a run. Milliseconds, as all here. */
export const FROM_MS = 1_700_000_000_000;
const STEP_MS = 15_000;
const STEPS = 200;
/** When it ends. */
export const TO_MS: number = FROM_MS + STEPS * STEP_MS;

/**
 * How far behind the grid the series' samples lie. Whole seconds, where subqueries evaluate, are not among them, nor is `QUERY_PHASE_MS`:
 * no sample lies on the end of a range, which 2.x counts on both sides and 3.x on one.
 */
export const SAMPLE_PHASES_MS: readonly number[] = [123, 250, 401, 999];
/** How far behind a whole second queries evaluate. */
export const QUERY_PHASE_MS = 7;

/** The value at step i; undefined: a gap, "stale": the series ends there. */
type Wave = (i: number, random: Random) => number | "stale" | undefined;

/** What the waves of a metric's series begin with, in turn. */
type Waves = readonly Wave[];

function walk(from: number, step: number): Wave {
  let value = from;
  return (_, random) => (value += (random.next() - 0.5) * step);
}

/** A counter that goes up by wholes, and begins anew at some steps. */
function counter(rate: number, resetEvery = 0): Wave {
  let total = 0;
  return (i, random) => {
    if (resetEvery > 0 && i % resetEvery === resetEvery - 1) total = 0;
    return (total += random.below(rate));
  };
}

function gaps(wave: Wave, from: number, to: number): Wave {
  return (i, random) => (i >= from && i < to ? undefined : wave(i, random));
}

/** Ends at `from` and goes on at `to`. */
function stale(wave: Wave, from: number, to: number): Wave {
  return (i, random) => (i === from ? "stale" : i > from && i < to ? undefined : wave(i, random));
}

const strange = [Number.NaN, Infinity, -Infinity, 0, -0, 1e300, 1e-300];

/** Every seventh sample is none that one calculates with. */
function withStrange(wave: Wave): Wave {
  return (i, random) => (i % 7 === 3 ? (strange[((i / 7) % strange.length) | 0] as number) : wave(i, random));
}

function labelSets(name: string, sets: readonly string[]): readonly (readonly [string, string])[][] {
  return sets.map((set) => [["__name__", name], ...set.split(" ").map((pair) => pair.split("=") as [string, string])]);
}

const INSTANCES = ["job=api instance=a", "job=api instance=b", "job=db instance=a", "job=db instance=c"];
const WITH_ZONES = INSTANCES.flatMap((set, i) => [`${set} zone=${i % 2 === 0 ? "east" : "west"}`]);
const WITH_CODES = INSTANCES.slice(0, 3).flatMap((set) => [`${set} code=200`, `${set} code=500`]);
const BOUNDS = ["0.1", "0.25", "1", "2.5", "+Inf"];

interface Metric {
  readonly name: string;
  readonly sets: readonly string[];
  readonly waves: () => Waves;
}

const floatMetrics: readonly Metric[] = [
  { name: "up", sets: INSTANCES, waves: () => [() => 1, (i) => (i % 31 < 4 ? 0 : 1), gaps(() => 1, 60, 110), stale(() => 1, 90, 130)] },
  { name: "flat", sets: ["job=api", "job=db"], waves: () => [() => 42] },
  {
    name: "memory_bytes",
    sets: WITH_ZONES,
    waves: () => [walk(2e9, 1e8), walk(1e9, 1e6), gaps(walk(3e9, 1e7), 100, 140), stale(walk(5e8, 1e5), 40, 60)],
  },
  { name: "temperature", sets: WITH_ZONES, waves: () => [walk(20, 0.3), walk(-3, 2), withStrange(walk(0, 1)), gaps(walk(0, 0.1), 5, 45)] },
  { name: "requests_total", sets: WITH_CODES, waves: () => [counter(9), counter(4, 37), counter(50, 90), gaps(counter(7, 60), 80, 95)] },
  {
    name: "bytes_total",
    sets: INSTANCES,
    waves: () => [counter(1e7), stale(counter(1e9, 70), 120, 125), (i) => i * 0.1, withStrange(counter(9))],
  },
  { name: "odd", sets: ["path=a\nb job=api", "path=a.b job=api", "path=ü job=db"], waves: () => [walk(1, 1)] },
  { name: "build_info", sets: ["job=api instance=a version=1.2", "job=db instance=c version=2.0"], waves: () => [() => 1] },
  {
    name: "target_info",
    sets: ["job=api instance=a env=prod", "job=api instance=b env=test", "job=db instance=a env=prod"],
    waves: () => [() => 1],
  },
];

/** The series of floats, classic histograms among them, and of native histograms; `withCustomBuckets`: those that 2.x does not know, too. */
export function peerSeries(withCustomBuckets: boolean): readonly OutgoingSeries[] {
  const random = createRandom(1);
  return [
    ...floatMetrics.flatMap((metric) => floatSeries(metric, random)),
    ...INSTANCES.slice(0, 3).flatMap((set) => classicSeries(set, random)),
    ...histogramsOf(withCustomBuckets).flatMap(({ name, sets, values }) =>
      sets.map((set, k) => histogramSeries(labelSets(name, [set])[0] ?? [], k, values(STEPS, k, random))),
    ),
  ];
}

function floatSeries({ name, sets, waves }: Metric, random: Random): OutgoingSeries[] {
  // A wave keeps its state, so each series has its own.
  return labelSets(name, sets).map((labels, k) => seriesOf(labels, k, waveAt(waves(), k), random));
}

function waveAt(waves: Waves, k: number): Wave {
  return waves[k % waves.length] as Wave;
}

function seriesOf(labels: readonly (readonly [string, string])[], k: number, wave: Wave, random: Random): OutgoingSeries {
  const samples = createSampleColumns(STEPS);
  for (let i = 0; i < STEPS; i++) {
    const value = wave(i, random);
    if (value === undefined) continue;
    const at = samples.length++;
    samples.timestampsMs[at] = timeOf(i, k);
    if (value === "stale") setStaleAt(samples, at);
    else samples.values[at] = value;
  }
  return { labels: labelsOf(Object.fromEntries(labels)), samples };
}

function timeOf(i: number, k: number): number {
  return FROM_MS + i * STEP_MS + (SAMPLE_PHASES_MS[k % SAMPLE_PHASES_MS.length] as number);
}

/** Buckets, sum and count that grow together. */
function classicSeries(set: string, random: Random): OutgoingSeries[] {
  const totals = BOUNDS.map(() => Array.from({ length: STEPS }, () => 0));
  const sums: number[] = [];
  let counts = BOUNDS.map(() => 0);
  let sum = 0;
  for (let i = 0; i < STEPS; i++) {
    if (i === 111) [counts, sum] = [BOUNDS.map(() => 0), 0];
    const added = BOUNDS.map(() => random.below(6));
    counts = counts.map((count, b) => count + added.slice(0, b + 1).reduce((a, one) => a + one, 0));
    sum += random.next() * 3;
    counts.forEach((count, b) => ((totals[b] as number[])[i] = count));
    sums.push(sum);
  }
  const of = (name: string, more: string, values: readonly number[]): OutgoingSeries =>
    seriesOf(labelSets(name, [`${set}${more}`])[0] ?? [], 0, (i) => values[i], random);
  return [
    ...BOUNDS.map((bound, b) => of("latency_seconds_bucket", ` le=${bound}`, totals[b] as number[])),
    of("latency_seconds_count", "", totals.at(-1) as number[]),
    of("latency_seconds_sum", "", sums),
  ];
}

function histogramSeries(
  labels: readonly (readonly [string, string])[],
  k: number,
  values: readonly (Histogram | undefined)[],
): OutgoingSeries {
  const histograms: WireHistogram[] = [];
  values.forEach((histogram, i) => {
    if (histogram !== undefined) histograms.push({ timestampMs: timeOf(i, k), startTimestampMs: 0, histogram });
  });
  return { labels: labelsOf(Object.fromEntries(labels)), histograms };
}
