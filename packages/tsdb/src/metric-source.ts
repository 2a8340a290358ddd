/** What the self metrics have in common; the program that has the database registers them. */
interface NamedSource {
  readonly name: string;
  readonly help: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** One self metric whose number is read when it is scraped. */
export interface NumberSource extends NamedSource {
  readonly type: "counter" | "gauge";
  readonly value: () => number;
}

/** Observations that were counted by the database: a summary without quantiles, or a histogram. */
export interface DistributionSource extends NamedSource {
  readonly type: "summary" | "histogram";
  readonly tally: () => Distribution;
}

/** Observations as they stand. */
export interface Distribution {
  readonly sum: number;
  readonly count: number;
  /** Of a histogram: the upper bounds of its buckets, ascending, and how many observations each has that are in none before it. */
  readonly upperBounds?: readonly number[];
  readonly counts?: ArrayLike<number>;
}

/** One self metric. */
export type MetricSource = NumberSource | DistributionSource;

/** A counter. */
export function counter(name: string, help: string, value: () => number): NumberSource {
  return { name, type: "counter", help, value };
}

/** A gauge. */
export function gauge(name: string, help: string, value: () => number): NumberSource {
  return { name, type: "gauge", help, value };
}

/** How long something took, without quantiles. */
export function durations(name: string, help: string, tally: { readonly seconds: number; readonly count: number }): DistributionSource {
  return { name, type: "summary", help, tally: () => ({ sum: tally.seconds, count: tally.count }) };
}

/** A histogram; `counts` has an entry for each bound and one for what is above them all. */
export function histogram(
  name: string,
  help: string,
  { upperBounds, counts, sum }: { readonly upperBounds: readonly number[]; readonly counts: Float64Array; readonly sum: () => number },
): DistributionSource {
  return {
    name,
    type: "histogram",
    help,
    tally: () => ({ upperBounds, counts, sum: sum(), count: counts.reduce((all, one) => all + one, 0) }),
  };
}
