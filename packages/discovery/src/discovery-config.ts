import { listField, type Field } from "@ferula/config";
import type { Discoverer, DiscovererDeps } from "./provider.ts";
import { MISSING_PROVIDERS, providers } from "./providers/index.ts";

/** The sections of a scrape configuration, or of an Alertmanager's, that find targets: values by key. */
export type DiscoveryConfig = Readonly<Record<string, readonly unknown[]>>;

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

/** The fields to spread into the shape of a section that finds targets. */
export const discoveryShape: Readonly<Record<string, Field<readonly unknown[]>>> = Object.fromEntries([
  ...providers.map(({ key, field }) => [key, listField(field)] as const),
  ...MISSING_PROVIDERS.map((name) => [`${name}_sd_configs`, missingProvider(name)] as const),
]);

/** What runs the sections of `config`, one for each entry; `config` may hold other keys too. */
export function createDiscoverers(config: DiscoveryConfig, depsFor: (provider: string, index: number) => DiscovererDeps): readonly { readonly name: string; readonly discoverer: Discoverer }[] {
  return providers.flatMap((provider) =>
    (config[provider.key] ?? []).map((section, index) => ({
      name: `${provider.name}/${index}`,
      discoverer: provider.create(section, index, depsFor(provider.name, index)),
    })),
  );
}
