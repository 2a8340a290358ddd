import type { Registry } from "@ferula/client";
import type { Field } from "@ferula/config";
import type { Clock } from "@ferula/durations";
import type { Logger } from "@ferula/logging";
import type { DiscoveryMetrics } from "./discovery-metrics.ts";
import type { TargetGroup } from "./target-group.ts";

/** Passes on groups that are new or changed; a group that is gone is passed on empty. */
export type Emit = (groups: readonly TargetGroup[]) => void;

/** Something that finds targets until `signal` aborts. It gets over its errors by itself: it logs and counts them, and keeps what it knew. */
export interface Discoverer {
  readonly run: (emit: Emit, signal: AbortSignal) => Promise<void>;
}

/** What a discoverer works with. */
export interface DiscovererDeps {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly metrics: DiscoveryMetrics;
  /** The job, or the section of Alertmanagers, that asks, as in metrics: the first of them while several do, so it may change. */
  readonly jobName: string;
  /** How requests call their sender. */
  readonly userAgent: string;
  /** From 0 to below 1: what keeps those that start together from asking together ever after. Without it all keep exact time. */
  readonly random?: () => number;
}

/** One way of finding targets: the section that configures it, and what runs it. */
export interface Provider<Config> {
  /** As in metrics and logs: `file`, `static`. */
  readonly name: string;
  /** The key in a scrape configuration: `file_sd_configs`. */
  readonly key: `${string}_configs`;
  readonly field: Field<Config>;
  /** What it counts by itself, which is shown from the start; its discoverers get at it by `metrics.of`. */
  readonly metrics?: (registry: Registry) => unknown;
  /** `index` is the section's place in its list. A method, so that providers of any section can stand in one table. */
  create(config: Config, index: number, deps: DiscovererDeps): Discoverer;
}

/** A provider whose sections only it understands. */
export type AnyProvider = Provider<unknown>;
