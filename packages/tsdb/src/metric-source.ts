/** One self metric: the program that has the database registers it and reads `value` when it is scraped. */
export interface MetricSource {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: () => number;
}

/** A counter of floats, one of the types that its label tells apart. */
export function ofFloats(name: string, help: string, value: () => number): MetricSource {
  return { ...counter(name, help, value), labels: { type: "float" } };
}

/** A counter. */
export function counter(name: string, help: string, value: () => number): MetricSource {
  return { name, type: "counter", help, value };
}

/** A gauge. */
export function gauge(name: string, help: string, value: () => number): MetricSource {
  return { name, type: "gauge", help, value };
}
