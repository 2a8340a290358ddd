import type { Labels } from "@ferula/model";
import { cidrAddress, entries, list, optional, record, text, type RecordOf } from "../../json/shape.ts";
import { joinHostPort, prefixed, targetOf, type LabelPairs } from "../../meta-labels.ts";
import { cannot } from "../cannot.ts";
import type { Engine } from "../engine-client.ts";
import { networkLabels } from "../networks.ts";
import { isTcp, publishedPort, type PublishedPort } from "./ports.ts";
import { SWARM } from "./prefix.ts";

const serviceShape = {
  ID: text,
  Spec: record({
    Name: text,
    Labels: entries(text),
    Mode: record({ Global: optional(record({})), Replicated: optional(record({})) }),
    TaskTemplate: record({ ContainerSpec: optional(record({ Hostname: text, Image: text })) }),
  }),
  Endpoint: record({ Ports: list(publishedPort), VirtualIPs: list(record({ NetworkID: text, Addr: cidrAddress })) }),
  UpdateStatus: optional(record({ State: text })),
} as const;

/** An item of `/services`. */
type Service = RecordOf<typeof serviceShape>;

/** A target for each TCP port of each service at each of its addresses, or one for an address without such ports (discovery/moby/services.go). */
export async function serviceTargets(engine: Engine, filters: string, port: number, signal: AbortSignal): Promise<readonly Labels[]> {
  const services = await cannot("error while listing swarm services", () => listServices(engine, filters, signal));
  const networks = await cannot("error while computing swarm network labels", () => networkLabels(engine, SWARM, signal));
  return services.flatMap((service) => {
    const ports = service.Endpoint.Ports.filter(isTcp);
    const own = [...identityOf(service), ...detailsOf(service)];
    return service.Endpoint.VirtualIPs.flatMap(({ NetworkID, Addr }) => {
      // A service on the network of its nodes has no address of its own. Upstream finds no service at all then.
      if (Addr === "") return [];
      const labels = [...own, ...(networks.get(NetworkID) ?? [])];
      if (ports.length === 0) return [targetOf(joinHostPort(Addr, port), labels)];
      return ports.map((published) => targetOf(joinHostPort(Addr, published.PublishedPort), portLabels(published), labels));
    });
  });
}

/** What tasks get of their services. */
export interface KnownService {
  readonly labels: LabelPairs;
  readonly tcpPorts: readonly PublishedPort[];
}

/** All services by their ids. */
export async function knownServices(engine: Engine, signal: AbortSignal): Promise<ReadonlyMap<string, KnownService>> {
  const services = await listServices(engine, "", signal);
  return new Map(services.map((service) => [service.ID, { labels: identityOf(service), tcpPorts: service.Endpoint.Ports.filter(isTcp) }]));
}

function listServices(engine: Engine, filters: string, signal: AbortSignal): Promise<readonly Service[]> {
  return engine.list("/services", record(serviceShape), filters, signal);
}

function portLabels({ Name, PublishMode }: PublishedPort): LabelPairs {
  return [
    [`${SWARM}service_endpoint_port_name`, Name],
    [`${SWARM}service_endpoint_port_publish_mode`, PublishMode],
  ];
}

function identityOf({ ID, Spec }: Service): LabelPairs {
  return [
    [`${SWARM}service_id`, ID],
    [`${SWARM}service_name`, Spec.Name],
    [`${SWARM}service_mode`, modeOf(Spec.Mode)],
    ...prefixed(`${SWARM}service_label_`, Spec.Labels),
  ];
}

/** Services of plugins have no containers; those that were never updated no status. */
function detailsOf({ Spec, UpdateStatus }: Service): LabelPairs {
  const { Hostname = "", Image = "" } = Spec.TaskTemplate.ContainerSpec ?? {};
  return [
    [`${SWARM}service_task_container_hostname`, Hostname],
    [`${SWARM}service_task_container_image`, Image],
    [`${SWARM}service_updating_status`, UpdateStatus?.State ?? ""],
  ];
}

/** Jobs have none. */
function modeOf({ Global, Replicated }: Service["Spec"]["Mode"]): string {
  if (Global !== undefined) return "global";
  return Replicated === undefined ? "" : "replicated";
}
