import type { Labels } from "@ferula/model";
import { cidrAddress, entries, list, record, text, wholeNumber, type RecordOf } from "../../json/shape.ts";
import { joinHostPort, prefixed, targetOf, type LabelPairs } from "../../meta-labels.ts";
import { cannot } from "../cannot.ts";
import type { Engine } from "../engine-client.ts";
import { networkLabels, type NetworkLabels } from "../networks.ts";
import { knownNodes, type KnownNode } from "./nodes.ts";
import { isTcp, publishedPort, type PublishedPort } from "./ports.ts";
import { SWARM } from "./prefix.ts";
import { knownServices, type KnownService } from "./services.ts";

const taskShape = {
  ID: text,
  ServiceID: text,
  NodeID: text,
  Slot: wholeNumber,
  DesiredState: text,
  Spec: record({ ContainerSpec: record({ Labels: entries(text) }) }),
  Status: record({
    State: text,
    ContainerStatus: record({ ContainerID: text }),
    PortStatus: record({ Ports: list(publishedPort) }),
  }),
  NetworksAttachments: list(record({ Network: record({ ID: text }), Addresses: list(cidrAddress) })),
} as const;

/** An item of `/tasks`. */
type Task = RecordOf<typeof taskShape>;

/** What is known of a swarm besides its tasks. */
interface Swarm {
  readonly services: ReadonlyMap<string, KnownService>;
  readonly nodes: ReadonlyMap<string, KnownNode>;
  readonly networks: NetworkLabels;
  /** The port of targets that come without one. */
  readonly port: number;
}

/**
 * Of each task: a target for each TCP port that it publishes on its node, and at each of its addresses one for each TCP port of its service,
 * or just one where there are none (discovery/moby/tasks.go).
 */
export async function taskTargets(engine: Engine, filters: string, port: number, signal: AbortSignal): Promise<readonly Labels[]> {
  // Upstream's words, though these are no services.
  const tasks = await cannot("error while listing swarm services", () => engine.list("/tasks", record(taskShape), filters, signal));
  const services = await cannot("error while computing services labels and ports", () => knownServices(engine, signal));
  const nodes = await cannot("error while computing nodes labels and ports", () => knownNodes(engine, signal));
  const networks = await cannot("error while computing swarm network labels", () => networkLabels(engine, SWARM, signal));
  return tasks.flatMap((task) => targetsOf(task, { services, nodes, networks, port }));
}

function targetsOf(task: Task, { services, nodes, networks, port }: Swarm): readonly Labels[] {
  const service = services.get(task.ServiceID);
  const node = nodes.get(task.NodeID);
  const own = [...labelsOfTask(task), ...(service?.labels ?? []), ...(node?.labels ?? [])];
  const onNode = task.Status.PortStatus.Ports.filter(isTcp).map((published) =>
    targetOf(joinHostPort(node?.address ?? "", published.PublishedPort), portLabels(published), own),
  );
  const inNetworks = task.NetworksAttachments.flatMap(({ Network, Addresses }) => {
    const labels = [...own, ...(networks.get(Network.ID) ?? [])];
    return Addresses.flatMap((address) => {
      if (address === "") return [];
      const ports = service?.tcpPorts ?? [];
      if (ports.length === 0) return [targetOf(joinHostPort(address, port), labels)];
      return ports.map((published) => targetOf(joinHostPort(address, published.PublishedPort), portLabels(published), labels));
    });
  });
  return [...onNode, ...inNetworks];
}

function labelsOfTask({ ID, DesiredState, Slot, Spec, Status }: Task): LabelPairs {
  return [
    [`${SWARM}task_id`, ID],
    [`${SWARM}task_desired_state`, DesiredState],
    [`${SWARM}task_state`, Status.State],
    [`${SWARM}task_slot`, String(Slot)],
    [`${SWARM}task_container_id`, Status.ContainerStatus.ContainerID],
    ...prefixed(`${SWARM}container_label_`, Spec.ContainerSpec.Labels),
  ];
}

function portLabels({ PublishMode }: PublishedPort): LabelPairs {
  return [[`${SWARM}task_port_publish_mode`, PublishMode]];
}
