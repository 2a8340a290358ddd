import { describedLike, listField, namedField, requiredField, reveal, unservedWhere, type Field, type Secret } from "@ferula/config";
import type { Discoverer, DiscovererDeps } from "./provider.ts";
import { providers } from "./providers/index.ts";
import { sections } from "./sections/index.ts";

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

/**
 * The fields to spread into the shape of a section that finds targets, sorted as upstream prints them. Sections of providers that
 * nothing runs yet are read whole, and noted as not served.
 */
export const discoveryShape: Readonly<Record<`${string}_configs`, Field<readonly unknown[]>>> = Object.fromEntries(
  [
    ...providers.map(({ key, field }) => [key, listOf(key, field)] as const),
    ...Object.entries(sections).map(([name, field]) => unservedList(name, field)),
  ].toSorted(([a], [b]) => (a < b ? -1 : 1)),
);

/** A schema defines the section once, wherever its list stands. An empty section is refused, as it would ask for nothing. */
function listOf<T>(key: string, field: Field<T>): Field<readonly T[]> {
  const item = namedField(key.replace(/s$/, ""), () => field);
  return describedLike(listField(requiredField(item, `empty or null section in ${key}`)), field);
}

function unservedList(name: string, field: Field<unknown>): readonly [`${string}_configs`, Field<readonly unknown[]>] {
  const key = `${name}_sd_configs` as const;
  return [key, unservedWhere(listOf(key, field), (list) => list.length > 0, `service discovery by ${name}`)];
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
