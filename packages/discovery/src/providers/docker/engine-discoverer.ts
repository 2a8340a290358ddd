import { redactUrl } from "@ferula/go-url";
import type { HttpClientConfig } from "@ferula/http";
import type { Labels } from "@ferula/model";
import type { Discoverer, DiscovererDeps } from "../../provider.ts";
import { createRefreshDiscoverer } from "../../refresh.ts";
import { isPlainHttpClient } from "../../sections/http-client.ts";
import { readEngineAddress, type EngineAddress } from "./engine-address.ts";
import { createEngine, encodeFilters, type Engine } from "./engine-client.ts";

/** What the sections of both providers have. */
export interface EngineConfig extends HttpClientConfig {
  readonly host: string;
  readonly filters: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly refresh_interval: number;
}

/** What one provider finds. */
export interface EngineSearch {
  /** As in metrics and logs. */
  readonly mechanism: string;
  /** In messages: `docker client`. */
  readonly clientName: string;
  /** The source of its only group. */
  readonly source: string;
  /** All targets; `filters` go with the request for what they are made of. */
  readonly find: (engine: Engine, filters: string, signal: AbortSignal) => Promise<readonly Labels[]>;
}

/** Asks an engine at every interval, with one group for everything. Throws where the section can't be used: an address, certificates. */
export function createEngineDiscoverer(
  config: EngineConfig,
  { mechanism, clientName, source, find }: EngineSearch,
  deps: DiscovererDeps,
): Discoverer {
  const { clock, userAgent } = deps;
  const { host, refresh_interval: intervalMs } = config;
  const logger = deps.logger.with({ host: redactUrl(host) });
  const address = usableAddress(host, clientName);
  if (!address.isWeb && !isPlainHttpClient(config))
    logger.warn("The HTTP client settings don't count: the engine is not asked by http:// or https://");
  // A request that takes as long as the interval would never be done in time.
  const engine = createEngine({ host, address, http: config, timeoutMs: intervalMs, userAgent, clock });
  const filters = encodeFilters(config.filters);
  return createRefreshDiscoverer(
    {
      mechanism,
      intervalMs,
      refresh: async (signal) => [{ source, targets: await find(engine, filters, signal), labels: [] }],
      close: () => engine.close(),
    },
    {
      ...deps,
      logger,
      get jobName() {
        return deps.jobName;
      },
    },
  );
}

function usableAddress(host: string, clientName: string): EngineAddress {
  try {
    return readEngineAddress(host);
  } catch (error) {
    throw new Error(`error setting up ${clientName}`, { cause: error });
  }
}
