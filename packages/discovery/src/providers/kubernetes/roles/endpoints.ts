import { joinHostPort } from "../../meta-labels.ts";
import { META } from "../objects/label-names.ts";
import { readEndpoints, type EndpointAddress, type EndpointPort, type Endpoints } from "../objects/endpoints.ts";
import { addFlat, type OpenLabels } from "../objects/object-meta.ts";
import { addNamespace, addNode, attachedToPods, namespaceRefs } from "./attach.ts";
import { createCoveredPods } from "./covered-pods.ts";
import { endpointRefs, nodeOf, podOf } from "./endpoint-refs.ts";
import { groupOf, refTo, type Known, type Role } from "./role.ts";

const OVER_CAPACITY: ReadonlyMap<string, string> = new Map([
  [
    "truncated",
    'Number of endpoints in one Endpoints object exceeds 1000 and has been truncated, please use "role: endpointslice" instead',
  ],
  ["warning", 'Number of endpoints in one Endpoints object exceeds 1000, please use "role: endpointslice" instead'],
]);

/**
 * Every port of every address of endpoints is a target, and so is every other port that a pod behind an address declares
 * (discovery/kubernetes/endpoints.go).
 */
export const endpointsRole: Role<Endpoints> = {
  kind: "endpoints",
  source: "endpoints",
  joins: (attach) => ["service", "pod", ...attachedToPods(attach)],
  read: readEndpoints,
  refs: ({ key, namespace, subsets }, attach) => [
    refTo("service", key),
    ...namespaceRefs(namespace, attach),
    ...subsets.flatMap(({ addresses }) => endpointRefs(addresses, attach)),
  ],
  build(endpoints, known) {
    const labels: OpenLabels = new Map();
    addFlat(labels, known.service(endpoints.key)?.labels ?? []);
    addFlat(labels, endpoints.labels);
    addNamespace(labels, endpoints.namespace, known);
    const covered = createCoveredPods(known);
    const targets: OpenLabels[] = [];
    for (const { addresses, ports } of endpoints.subsets) {
      for (const port of ports) {
        for (const address of addresses) {
          const target = addressTarget(address, port, known);
          const pod = podOf(address, known);
          if (pod !== undefined) covered.cover(target, pod, port.number, port.protocol);
          targets.push(target);
        }
      }
    }
    const warning = OVER_CAPACITY.get(endpoints.overCapacity);
    if (warning !== undefined) known.warn(warning, { endpoint: endpoints.key });
    return groupOf(endpointsRole, endpoints.key, labels, [...targets, ...covered.rest()]);
  },
};

function addressTarget(address: EndpointAddress, port: EndpointPort, known: Known): OpenLabels {
  const target: OpenLabels = new Map([
    ["__address__", joinHostPort(address.ip, port.number)],
    [`${META}endpoint_port_name`, port.name],
    [`${META}endpoint_port_protocol`, port.protocol],
    [`${META}endpoint_ready`, String(address.isReady)],
    [`${META}endpoint_address_target_kind`, address.target?.kind ?? ""],
    [`${META}endpoint_address_target_name`, address.target?.name ?? ""],
    [`${META}endpoint_node_name`, address.nodeName ?? ""],
    [`${META}endpoint_hostname`, address.hostname],
  ]);
  addNode(target, address.nodeName ?? nodeOf(address), known);
  return target;
}
