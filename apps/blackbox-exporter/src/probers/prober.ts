import type { Registry } from "@ferula/client";
import type { Logger } from "@ferula/logging";
import type { Module } from "../config/blackbox-config.ts";

/** One probe on its way. Metrics go into a registry of its own. */
export interface ProbeContext {
  readonly target: string;
  /** The parameter `hostname`: the name to ask for where the target is an address. */
  readonly hostname: string;
  readonly module: Module;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Probes and says whether all is well. What goes wrong is logged, not thrown; metrics that were reached stay. */
export type Prober = (context: ProbeContext) => Promise<boolean>;
