import { listField, reveal, type Field, type Secret } from "@ferula/config";
import type { Discoverer, DiscovererDeps } from "./provider.ts";
import { MISSING_PROVIDERS, providers } from "./providers/index.ts";

/** The sections of a scrape configuration, or of an Alertmanager's, that find targets: by key, such as `file_sd_configs`. */
export type DiscoveryConfig = Readonly<Record<`${string}_configs`, readonly unknown[]>>;

/** A section, ready to run. */
export interface DiscoverySection {
  /** As in metrics and logs: `file`. */
  readonly mechanism: string;
  /** Sections that are configured alike have the same, wherever they stand. Holds secrets: not for logs. */
  readonly fingerprint: string;
  readonly create: (deps: DiscovererDeps) => Discoverer;
}

/** The fields to spread into the shape of a section that finds targets. */
export const discoveryShape: Readonly<Record<`${string}_configs`, Field<readonly unknown[]>>> = Object.fromEntries([
  ...providers.map(({ key, field }) => [key, listField(field)] as const),
  ...MISSING_PROVIDERS.map((name) => [`${name}_sd_configs`, missingProvider(name)] as const),
]);

function missingProvider(name: string): Field<readonly never[]> {
  return {
    schema: () => ({ type: ["array", "null"] }),
    print: () => undefined,
    read(at) {
      if (at.node !== undefined) at.source.report(at, `service discovery by ${name} is not supported yet`);
      return [];
    },
  };
}

/** The sections of `config`, which may hold other keys too. */
export function discoverySections(config: DiscoveryConfig): readonly DiscoverySection[] {
  return providers.flatMap((provider) =>
    (config[provider.key] ?? []).map((section, index) => ({
      mechanism: provider.name,
      fingerprint: fingerprintOf(provider.key, section),
      create: (deps) => provider.create(section, index, deps),
    })),
  );
}

function fingerprintOf(key: string, section: unknown): string {
  return JSON.stringify([key, section], function plain(this: Readonly<Record<string, unknown>>, name, value: unknown) {
    // Secrets and maps hide what they hold from JSON.
    const held = this[name];
    if (Object.prototype.toString.call(held) === "[object Map]") return [...(held as ReadonlyMap<string, unknown>)];
    return typeof held === "object" && held !== null ? ((reveal(held as Secret) as string | undefined) ?? value) : value;
  });
}
