import type { MetricFamily } from "@ferula/exposition";
import type { FlagShape, FlagValues } from "@ferula/flags";
import type { Logger } from "@ferula/logging";
import type { Paths } from "../paths.ts";

/** What a collector reads in one scrape. */
export type Families = Iterable<MetricFamily>;

/** A source of metrics. It is made once at the start and shared by all scrapes, also by those that overlap. */
export interface Collector {
  /**
   * Reads the current values. What it throws fails this collector alone; a generator keeps the families that it yielded before. Throws
   * NoDataError when the machine has nothing of the kind.
   */
  readonly collect: () => Families | Promise<Families>;
}

/** What a collector is made of. */
export interface CollectorOptions<S extends FlagShape = FlagShape> {
  /** The values of all flags that the definition names. */
  readonly flags: FlagValues<S>;
  /** Names of the flags that stood on the command line, without dashes. */
  readonly setByUser: ReadonlySet<string>;
  /** Names of the collectors that upstream would run under the same command line, those that are not built yet among them. */
  readonly enabledUpstream: ReadonlySet<string>;
  readonly paths: Paths;
  readonly logger: Logger;
}

/** A row of the table of collectors. */
export interface CollectorDefinition<S extends FlagShape = FlagShape> {
  /** As in `--collector.<name>`, `collect[]=<name>` and the label `collector`. */
  readonly name: string;
  readonly isEnabledByDefault: boolean;
  /** Its own flags with their whole names; the switch `collector.<name>` is added to them. */
  readonly flags: S;
  /** Throws when the flags make no sense; the exporter then does not start. */
  readonly create: (options: CollectorOptions<S>) => Collector;
}

/** Lets the compiler infer the flags of one collector, and forgets them so that all fit in one table. */
export function defineCollector<const S extends FlagShape>(definition: CollectorDefinition<S>): CollectorDefinition {
  // The table hands every collector the values of its own flags.
  return definition as unknown as CollectorDefinition;
}

/** Thrown by a collector when the machine has nothing that it could read: no success, but no error to tell an operator about either. */
export class NoDataError extends Error {
  override name = "NoDataError";
}

/** Whether `error` is a NoDataError, of whichever realm. */
export function isNoDataError(error: unknown): boolean {
  return typeof error === "object" && error !== null && (error as { name?: unknown }).name === "NoDataError";
}
