import { readField, type Field } from "@ferula/config";
import { Registry } from "@ferula/client";
import { fakeClock, type FakeClock } from "@ferula/test-kit";
import type { Discoverer, DiscovererDeps } from "../../src/provider.ts";
import type { TargetGroup } from "../../src/target-group.ts";
import { discovererDeps, recordingLogger } from "../support.ts";

/** A discoverer that runs on a clock of its own, and what it has said so far. */
export interface RunningDiscoverer {
  readonly clock: FakeClock;
  readonly emitted: readonly (readonly TargetGroup[])[];
  /** What stands after everything that was emitted, by source; groups without targets are left out. */
  readonly known: () => Readonly<Record<string, TargetGroup>>;
  readonly logs: readonly string[];
  readonly metrics: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** A section, read as a configuration would be. */
export function readSection<T>(field: Field<T>, yaml: string): T {
  const result = readField(field, yaml, "/etc/ferula/config.yml");
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.value;
}

/** Runs what `create` makes. */
export function runDiscoverer(create: (deps: DiscovererDeps) => Discoverer): RunningDiscoverer {
  const clock = fakeClock();
  const registry = new Registry();
  const { logger, logs } = recordingLogger();
  const emitted: (readonly TargetGroup[])[] = [];
  const ending = new AbortController();
  const discoverer = create({ ...discovererDeps(logger, registry), clock });
  const ended = discoverer.run((groups) => void emitted.push(groups), ending.signal);
  return {
    clock,
    emitted,
    known() {
      const groups = new Map<string, TargetGroup>();
      for (const group of emitted.flat()) groups.set(group.source, group);
      return Object.fromEntries([...groups].filter(([, { targets }]) => targets.length > 0));
    },
    logs,
    metrics: () => registry.metrics(),
    async stop() {
      ending.abort();
      await ended;
    },
  };
}
