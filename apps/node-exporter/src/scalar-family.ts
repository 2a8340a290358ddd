import type { ScalarMetric } from "@ferula/exposition";
import { emptyLabels, type Labels } from "@ferula/model";

/** A family of single numbers while its samples are being gathered; it can be exposed as it is. */
export interface ScalarDraft {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "untyped";
  readonly metrics: ScalarMetric[];
}

/** A family of gauges without samples yet. */
export function gauge(name: string, help: string): ScalarDraft {
  return { name, help, type: "gauge", metrics: [] };
}

/** A family of counters without samples yet. */
export function counter(name: string, help: string): ScalarDraft {
  return { name, help, type: "counter", metrics: [] };
}

/** Adds a sample. `labels` are sorted by name. */
export function add(family: ScalarDraft, value: number, labels: Labels = emptyLabels): void {
  family.metrics.push({ labels, value });
}

/** Adds a sample of 1 that only stands for its labels, which may be empty. They are written in the order of their names. */
export function addInfo(family: ScalarDraft, labels: Readonly<Record<string, string>>): void {
  add(family, 1, Object.entries(labels).flat());
}

/** A gauge with one sample and no labels. */
export function gaugeOf(name: string, help: string, value: number): ScalarDraft {
  return { name, help, type: "gauge", metrics: [{ labels: emptyLabels, value }] };
}

/** A counter with one sample and no labels. */
export function counterOf(name: string, help: string, value: number): ScalarDraft {
  return { name, help, type: "counter", metrics: [{ labels: emptyLabels, value }] };
}
