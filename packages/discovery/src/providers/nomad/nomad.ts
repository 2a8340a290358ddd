import { described } from "@ferula/config";
import { formatUrl, parseUrl, redactUrl, UrlError, type GoUrl } from "@ferula/go-url";
import { createHttpClient } from "@ferula/http";
import { withDeadline } from "@ferula/lifecycle";
import { labelsOf, type Labels } from "@ferula/model";
import type { Discoverer, DiscovererDeps, Provider } from "../../provider.ts";
import { createRefreshDiscoverer } from "../../refresh.ts";
import { nomadField, type NomadConfig } from "../../sections/nomad.ts";
import { getJson } from "../json/ask.ts";
import { itemsOf, type ReadBody } from "../json/parse.ts";
import { list, record, text, wholeNumber, type Read } from "../json/shape.ts";
import { joinHostPort, wrappedList } from "../meta-labels.ts";
import { nomadMetrics } from "./nomad-metrics.ts";

/** Services that are registered with Nomad itself: all their names, and then the instances of each. */
export const nomadProvider: Provider<NomadConfig> = {
  name: "nomad",
  key: "nomad_sd_configs",
  field: described(nomadField, "Services that are registered with Nomad."),
  metrics: nomadMetrics,
  create: (config, _index, deps) => createNomadDiscoverer(config, deps),
};

/** An answer that takes longer, in milliseconds, is none: the refresh after it would never come. */
const ANSWER_LIMIT_MS = 60_000;

function createNomadDiscoverer(config: NomadConfig, deps: DiscovererDeps): Discoverer {
  const { clock, userAgent } = deps;
  const { failures } = deps.metrics.of(nomadMetrics);
  const address = addressOf(config.server);
  const query = queryOf(config);
  const http = createHttpClient(config, { userAgent });
  const instances = itemsOf(instanceLabels(config.tag_separator));

  async function get<T>(path: string, read: ReadBody<T>, signal: AbortSignal): Promise<T> {
    const url = `${address}${path}${query}`;
    const answer = await withDeadline(ANSWER_LIMIT_MS, signal, clock, (limited) => getJson(http, { url, signal: limited }, read));
    return answer.value;
  }

  async function instancesOf(name: string, signal: AbortSignal): Promise<readonly Labels[]> {
    try {
      return await get(`/v1/service/${encodeURIComponent(name)}`, instances, signal);
    } catch (error) {
      throw new Error(`failed to fetch services: ${(error as Error).message}`, { cause: error });
    }
  }

  async function targetsNow(signal: AbortSignal): Promise<readonly Labels[]> {
    const targets: Labels[] = [];
    // One after another, as upstream asks: a server has other things to do.
    for (const { Services } of await get("/v1/services", itemsOf(namespace), signal)) {
      for (const { ServiceName } of Services) for (const target of await instancesOf(ServiceName, signal)) targets.push(target);
    }
    return targets;
  }

  return createRefreshDiscoverer(
    {
      mechanism: "nomad",
      intervalMs: config.refresh_interval,
      close: () => http.close(),
      async refresh(signal) {
        try {
          return [{ source: "Nomad", targets: await targetsNow(signal), labels: [] }];
        } catch (error) {
          if (!signal.aborted) failures.inc();
          throw error;
        }
      },
    },
    deps,
  );
}

/** Scheme, user and host: a path of the address does not count, as in Nomad's own client. */
function addressOf(server: string): string {
  try {
    const { scheme, user, host } = parseUrl(server);
    const origin: GoUrl = { ...parseUrl("http://host"), scheme, user, host };
    return formatUrl(origin);
  } catch (error) {
    if (!(error instanceof UrlError)) throw error;
    throw new Error(`invalid address '${redactUrl(server)}': ${error.reason}`, { cause: error });
  }
}

function queryOf({ namespace, region, allow_stale: allowsStale }: NomadConfig): string {
  const query = new URLSearchParams();
  if (namespace !== "") query.set("namespace", namespace);
  if (region !== "") query.set("region", region);
  if (allowsStale) query.set("stale", "");
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** An item of `/v1/services`. */
const namespace = record({ Services: list(record({ ServiceName: text })) });

/** An item of `/v1/service/<name>`. */
const instance = record({
  ID: text,
  ServiceName: text,
  Namespace: text,
  NodeID: text,
  Datacenter: text,
  Address: text,
  Port: wholeNumber,
  Tags: list(text),
});

function instanceLabels(tagSeparator: string): Read<Labels> {
  return (value, path) => {
    const { ID, ServiceName, Namespace, NodeID, Datacenter, Address, Port, Tags } = instance(value, path);
    return labelsOf({
      __address__: joinHostPort(Address, Port),
      __meta_nomad_address: Address,
      __meta_nomad_dc: Datacenter,
      __meta_nomad_namespace: Namespace,
      __meta_nomad_node_id: NodeID,
      __meta_nomad_service: ServiceName,
      __meta_nomad_service_address: Address,
      __meta_nomad_service_id: ID,
      __meta_nomad_service_port: String(Port),
      __meta_nomad_tags: Tags.length === 0 ? "" : wrappedList(Tags, tagSeparator),
    });
  };
}
