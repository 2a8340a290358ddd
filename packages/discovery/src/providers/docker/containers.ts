import type { Labels } from "@ferula/model";
import { entries, integer, ipAddress, list, optional, record, text, type RecordOf } from "../json/shape.ts";
import { joinHostPort, prefixed, targetOf, type LabelPairs } from "../meta-labels.ts";
import { cannot } from "./cannot.ts";
import type { Engine } from "./engine-client.ts";
import { networkLabels, type NetworkLabels } from "./networks.ts";

const PREFIX = "__meta_docker_";
const MAX_PORT = 65_535;

const portShape = { IP: ipAddress, PrivatePort: integer(0, MAX_PORT), PublicPort: integer(0, MAX_PORT), Type: text } as const;
const endpointShape = { NetworkID: text, IPAddress: ipAddress, GlobalIPv6Address: ipAddress } as const;
const containerShape = {
  Id: text,
  Names: list(text),
  Ports: list(record(portShape)),
  Labels: entries(text),
  HostConfig: record({ NetworkMode: text }),
  NetworkSettings: record({ Networks: entries(optional(record(endpointShape))) }),
} as const;

/** An item of `/containers/json`. */
type Container = RecordOf<typeof containerShape>;
type Port = RecordOf<typeof portShape>;
type Endpoint = RecordOf<typeof endpointShape>;
type Networks = Container["NetworkSettings"]["Networks"];

/** What decides the addresses of containers. */
export interface ContainerOptions {
  readonly port: number;
  readonly hostNetworkingHost: string;
  readonly matchFirstNetwork: boolean;
}

/** A target for each TCP port of each container in each of its networks, or one for a container without such ports (discovery/moby/docker.go). */
export async function containerTargets(
  engine: Engine,
  filters: string,
  options: ContainerOptions,
  signal: AbortSignal,
): Promise<readonly Labels[]> {
  const containers = await cannot("error while listing containers", () =>
    engine.list("/containers/json", record(containerShape), filters, signal),
  );
  const networks = await cannot("error while computing network labels", () => networkLabels(engine, PREFIX, signal));
  const byId = new Map(containers.map((container) => [container.Id, container]));
  return containers
    .filter(({ Names }) => Names.length > 0)
    .flatMap((container) =>
      endpointsOf(container, byId, options.matchFirstNetwork).flatMap((endpoint) => targetsIn(container, endpoint, networks, options)),
    );
}

function targetsIn(container: Container, endpoint: Endpoint, networks: NetworkLabels, options: ContainerOptions): readonly Labels[] {
  const address = endpoint.IPAddress || endpoint.GlobalIPv6Address;
  const labels: LabelPairs = [
    [`${PREFIX}network_ip`, address],
    ...labelsOfContainer(container),
    ...(networks.get(endpoint.NetworkID) ?? []),
  ];
  const ports = container.Ports.filter(({ Type }) => Type === "tcp");
  if (ports.length > 0) return ports.map((port) => targetOf(joinHostPort(address, port.PrivatePort), portLabels(port), labels));
  const isOnHost = container.HostConfig.NetworkMode === "host";
  return [targetOf(isOnHost ? options.hostNetworkingHost : joinHostPort(address, options.port), labels)];
}

function labelsOfContainer({ Id, Names, HostConfig, Labels }: Container): LabelPairs {
  return [
    [`${PREFIX}container_id`, Id],
    [`${PREFIX}container_name`, Names[0]],
    [`${PREFIX}container_network_mode`, HostConfig.NetworkMode],
    ...prefixed(`${PREFIX}container_label_`, Labels),
  ];
}

function portLabels({ IP, PrivatePort, PublicPort }: Port): LabelPairs {
  const own = [`${PREFIX}port_private`, String(PrivatePort)] as const;
  if (PublicPort === 0) return [own];
  return [own, [`${PREFIX}port_public`, String(PublicPort)], [`${PREFIX}port_public_ip`, IP]];
}

/** Where a container can be reached, sorted by the names of its networks; without some of its own, where the container that it shares them with can. */
function endpointsOf(container: Container, byId: ReadonlyMap<string, Container>, firstOnly: boolean): readonly Endpoint[] {
  const networks = networksOf(container, byId);
  const endpoints = networks.toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, endpoint]) => endpoint ?? []);
  return firstOnly ? endpoints.slice(0, 1) : endpoints;
}

function networksOf(container: Container, byId: ReadonlyMap<string, Container>): Networks {
  // Two that name each other share nothing.
  const seen = new Set<Container>();
  let current: Container | undefined = container;
  while (current !== undefined && !seen.has(current)) {
    if (current.NetworkSettings.Networks.length > 0) return current.NetworkSettings.Networks;
    seen.add(current);
    current = byId.get(sharedId(current.HostConfig.NetworkMode));
  }
  return [];
}

/** The container that a mode such as `container:f9ade4b8` names; "" in other modes. */
function sharedId(mode: string): string {
  return mode.startsWith("container:") ? mode.slice("container:".length) : "";
}
