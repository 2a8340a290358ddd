import { labelName, META } from "./label-names.ts";
import { addMeta, flatLabels, type OpenLabels } from "./object-meta.ts";
import { optionalNumber, partOf, partsOf, textOf, type Wire } from "./wire.ts";

/** What is kept of a node. */
export interface Node {
  readonly name: string;
  /** By which the kubelet is reached; undefined if the node says none. */
  readonly address: string | undefined;
  readonly kubeletPort: number;
  /** Flat. */
  readonly labels: readonly string[];
  /** Flat: the first address of each type. */
  readonly addressLabels: readonly string[];
}

/** Types of addresses, the best first. */
const ADDRESS_TYPES = ["InternalIP", "InternalDNS", "ExternalIP", "ExternalDNS", "LegacyHostIP", "Hostname"];

/** What is kept of a node of the API. */
export function readNode(wire: Wire): Node {
  const status = partOf(wire, "status");
  const byType = new Map<string, string>();
  for (const address of partsOf(status, "addresses")) {
    const type = textOf(address, "type");
    if (!byType.has(type)) byType.set(type, textOf(address, "address"));
  }
  const best = ADDRESS_TYPES.find((type) => byType.has(type));
  return {
    name: textOf(partOf(wire, "metadata"), "name"),
    address: best === undefined ? undefined : byType.get(best),
    kubeletPort: optionalNumber(partOf(partOf(status, "daemonEndpoints"), "kubeletEndpoint"), "Port") ?? 0,
    labels: nodeLabels(wire),
    addressLabels: [...byType].flatMap(([type, address]) => [labelName("node_address_", type), address]),
  };
}

function nodeLabels(wire: Wire): readonly string[] {
  const labels: OpenLabels = new Map([[`${META}node_provider_id`, textOf(partOf(wire, "spec"), "providerID")]]);
  for (const condition of partsOf(partOf(wire, "status"), "conditions")) {
    labels.set(labelName("node_condition_", textOf(condition, "type").toLowerCase()), textOf(condition, "status").toLowerCase());
  }
  addMeta(labels, wire, "node");
  return flatLabels(labels);
}
