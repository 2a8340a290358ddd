import type { Collector } from "../collectors/collector.ts";

/** A collector that runs, under its name. */
export interface EnabledCollector {
  readonly name: string;
  readonly collector: Collector;
}
