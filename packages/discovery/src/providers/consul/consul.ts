import { described } from "@ferula/config";
import { sleep } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import { labelsOf } from "@ferula/model";
import type { Discoverer, DiscovererDeps, Emit, Provider } from "../../provider.ts";
import { consulField, type ConsulConfig } from "../../sections/consul.ts";
import { emptyGroup } from "../../target-group.ts";
import { createConsulClient, type ConsulEnvironment } from "./consul-client.ts";
import { consulMetrics } from "./consul-metrics.ts";
import { serviceTarget } from "./service-targets.ts";
import { RETRY_MS, watch } from "./watch.ts";

/** Instances of services in a Consul catalog: each service is watched, and so is the catalog, if services can come and go. */
export const consulProvider: Provider<ConsulConfig> = {
  name: "consul",
  key: "consul_sd_configs",
  field: described(consulField, "Instances of services in a Consul catalog."),
  metrics: consulMetrics,
  create: (config, _index, deps) => createConsulDiscoverer(config, deps, process.env),
};

/** The discoverer of one section. `environment` is that of the process. Throws when the address or a certificate can't be used. */
export function createConsulDiscoverer(config: ConsulConfig, deps: DiscovererDeps, environment: ConsulEnvironment): Discoverer {
  const { clock, userAgent } = deps;
  const { failures, seconds } = deps.metrics.of(consulMetrics);
  const client = createConsulClient(config, { clock, userAgent, environment });
  const shownTags = config.tags.join(",");
  const target = serviceTarget(config.tag_separator);

  /** Undefined when `signal` aborts before the agent has told. */
  async function datacenterName(signal: AbortSignal): Promise<string | undefined> {
    if (config.datacenter !== "") return config.datacenter;
    do {
      try {
        return await client.datacenter(signal);
      } catch (error) {
        if (signal.aborted) return undefined;
        deps.logger.error("Error retrieving datacenter name", { err: error });
        failures.inc();
      }
    } while (await sleep(RETRY_MS, signal, clock));
    return undefined;
  }

  async function timed<T>(call: string, ask: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    try {
      return await ask();
    } finally {
      seconds.observe({ endpoint: "catalog", call }, (performance.now() - startedMs) / 1000);
    }
  }

  function watchService(name: string, datacenter: string, logger: Logger, emit: Emit, signal: AbortSignal): Promise<void> {
    const labels = labelsOf({ __meta_consul_service: name, __meta_consul_dc: datacenter });
    return watch(
      {
        ask: (index, limited) => timed("service", () => client.instances(name, target, index, limited)),
        onNews: (targets) => emit([{ source: name, targets, labels }]),
        onError(error) {
          logger.error("Error refreshing service", { service: name, tags: shownTags, err: error });
          failures.inc();
        },
        intervalMs: config.refresh_interval,
        clock,
      },
      signal,
    );
  }

  /** The catalog tells every tag that any instance of a service has: only services that may have fitting instances are watched. */
  function isWanted(name: string, tags: readonly string[]): boolean {
    return (config.services.length === 0 || config.services.includes(name)) && config.tags.every((tag) => tags.includes(tag));
  }

  function watchCatalog(services: ServiceWatches, logger: Logger, emit: Emit, signal: AbortSignal): Promise<void> {
    return watch(
      {
        ask: (index, limited) => timed("services", () => client.services(index, limited)),
        onNews(catalog) {
          for (const [name, tags] of catalog) if (isWanted(name, tags)) services.start(name);
          const present = new Set(catalog.map(([name]) => name));
          const gone = services.names().filter((name) => !present.has(name));
          for (const name of gone) services.stop(name);
          // Without anything to tell, the manager would still hold what the section before this one had found.
          emit(services.names().length === 0 ? [...gone.map(emptyGroup), emptyGroup("")] : gone.map(emptyGroup));
        },
        onError(error) {
          logger.error("Error refreshing service list", { err: error });
          failures.inc();
        },
        intervalMs: config.refresh_interval,
        clock,
      },
      signal,
    );
  }

  return {
    async run(emit, signal) {
      try {
        const datacenter = await datacenterName(signal);
        if (datacenter === undefined) return;
        const logger = config.datacenter === "" ? deps.logger.with({ datacenter }) : deps.logger;
        const services = createServiceWatches((name, ending) => watchService(name, datacenter, logger, emit, ending), signal);
        if (config.services.length === 0 || config.tags.length > 0 || config.filter !== "") {
          await watchCatalog(services, logger, emit, signal);
        } else {
          for (const name of config.services) services.start(name);
        }
        await services.ended();
      } finally {
        await client.close();
      }
    },
  };
}

/** The services that are being watched. */
interface ServiceWatches {
  readonly names: () => readonly string[];
  /** Does nothing for one that is watched already. */
  readonly start: (name: string) => void;
  readonly stop: (name: string) => void;
  /** Resolves when all have ended. */
  readonly ended: () => Promise<void>;
}

/** All end when `signal` aborts. There may be thousands of services: they share one listener. */
function createServiceWatches(run: (name: string, signal: AbortSignal) => Promise<void>, signal: AbortSignal): ServiceWatches {
  const endings = new Map<string, AbortController>();
  const running = new Set<Promise<void>>();
  signal.addEventListener("abort", () => endings.forEach((ending) => ending.abort()), { once: true });
  return {
    names: () => [...endings.keys()],
    start(name) {
      if (endings.has(name)) return;
      const ending = new AbortController();
      endings.set(name, ending);
      if (signal.aborted) ending.abort();
      const ended = run(name, ending.signal).finally(() => running.delete(ended));
      running.add(ended);
    },
    stop(name) {
      endings.get(name)?.abort();
      endings.delete(name);
    },
    async ended() {
      await Promise.all(running);
    },
  };
}
