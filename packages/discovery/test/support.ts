import { mappingField, readField } from "@ferula/config";
import type { Registry } from "@ferula/client";
import { systemClock } from "@ferula/durations";
import { createLogger, type Logger } from "@ferula/logging";
import { formatLabels } from "@ferula/model";
import { discoveryMetrics } from "../src/discovery-metrics.ts";
import { discoveryShape, type DiscoveryConfig } from "../src/discovery-config.ts";
import type { DiscovererDeps } from "../src/provider.ts";
import type { TargetGroup } from "../src/target-group.ts";

/** A section as a configuration writes it, in `/etc/ferula/config.yml` if nothing else is said. */
export function section(yaml: string, file: string = "/etc/ferula/config.yml"): DiscoveryConfig {
  const result = readField(mappingField(discoveryShape), yaml, file);
  if (!result.ok) throw new Error(result.errors.map(({ path, reason }) => `${path}: ${reason}`).join("\n"));
  return result.value as DiscoveryConfig;
}

export function recordingLogger(): { readonly logger: Logger; readonly logs: string[] } {
  const logs: string[] = [];
  return { logs, logger: createLogger({ level: "debug", write: (line) => void logs.push(line) }) };
}

/** `address address {labels}` of each group. */
export function described(groups: readonly TargetGroup[]): string[] {
  return groups.map(({ targets, labels }) => `${targets.map((target) => target[1]).join(" ")} ${formatLabels(labels)}`);
}

/** What a discoverer of the job `web` works with, on the machine's clock. */
export function discovererDeps(logger: Logger, registry: Registry): DiscovererDeps {
  return { logger, clock: systemClock, metrics: discoveryMetrics(registry), jobName: "web", userAgent: "Prometheus/test" };
}
