import { META } from "./label-names.ts";
import { addMeta, controllerOf, flatLabels, wireKey, type OpenLabels, type Owner } from "./object-meta.ts";
import { optionalNumber, partOf, partsOf, textOf, type Wire } from "./wire.ts";

/** A port that a container declares. */
export interface ContainerPort {
  readonly name: string;
  readonly number: number;
  readonly protocol: string;
}

/** A container. */
export interface Container {
  readonly name: string;
  readonly image: string;
  /** "" before it runs. */
  readonly id: string;
  readonly isInit: boolean;
  readonly ports: readonly ContainerPort[];
}

/** What is kept of a pod. */
export interface Pod {
  readonly key: string;
  readonly namespace: string;
  /** "" before it has one. */
  readonly ip: string;
  readonly nodeName: string;
  readonly owner: Owner | undefined;
  /** Flat; its namespace is not among them, nor what is attached of other objects. */
  readonly labels: readonly string[];
  /** The containers, then the init containers. */
  readonly containers: readonly Container[];
}

/** What is kept of a pod of the API. */
export function readPod(wire: Wire): Pod {
  const status = partOf(wire, "status");
  const owner = controllerOf(wire);
  return {
    key: wireKey(wire),
    namespace: textOf(partOf(wire, "metadata"), "namespace"),
    ip: textOf(status, "podIP"),
    nodeName: textOf(partOf(wire, "spec"), "nodeName"),
    owner,
    labels: podLabels(wire, owner),
    containers: [
      ...readContainers(wire, "containers", "containerStatuses", false),
      ...readContainers(wire, "initContainers", "initContainerStatuses", true),
    ],
  };
}

/** In their order, as far as it is known here: see `addPairs`. */
function podLabels(wire: Wire, owner: Owner | undefined): readonly string[] {
  const status = partOf(wire, "status");
  const labels: OpenLabels = new Map();
  addMeta(labels, wire, "pod");
  if (owner !== undefined) {
    labels.set(`${META}pod_controller_kind`, owner.kind);
    labels.set(`${META}pod_controller_name`, owner.name);
  }
  labels.set(`${META}pod_host_ip`, textOf(status, "hostIP"));
  labels.set(`${META}pod_ip`, textOf(status, "podIP"));
  labels.set(`${META}pod_node_name`, textOf(partOf(wire, "spec"), "nodeName"));
  labels.set(`${META}pod_phase`, textOf(status, "phase"));
  labels.set(`${META}pod_ready`, readiness(status));
  labels.set(`${META}pod_uid`, textOf(partOf(wire, "metadata"), "uid"));
  return flatLabels(labels);
}

function readiness(status: Wire): string {
  const condition = partsOf(status, "conditions").find(({ type }) => type === "Ready");
  return condition === undefined ? "unknown" : textOf(condition, "status").toLowerCase();
}

function readContainers(wire: Wire, list: string, statuses: string, isInit: boolean): readonly Container[] {
  const known = partsOf(partOf(wire, "status"), statuses);
  return partsOf(partOf(wire, "spec"), list).map((container) => {
    const name = textOf(container, "name");
    const status = known.find((one) => textOf(one, "name") === name);
    return {
      name,
      image: textOf(container, "image"),
      id: status === undefined ? "" : textOf(status, "containerID"),
      isInit,
      ports: partsOf(container, "ports").map(readPort),
    };
  });
}

function readPort(port: Wire): ContainerPort {
  return { name: textOf(port, "name"), number: optionalNumber(port, "containerPort") ?? 0, protocol: textOf(port, "protocol") };
}
