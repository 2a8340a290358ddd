import { joinHostPort } from "../../meta-labels.ts";
import { readEndpointSlice, type EndpointSlice, type SliceEndpoint, type SlicePort } from "../objects/endpoint-slice.ts";
import { addFlat, type OpenLabels } from "../objects/object-meta.ts";
import { addNamespace, addNode, attachedToPods, namespaceRefs } from "./attach.ts";
import { createCoveredPods } from "./covered-pods.ts";
import { endpointRefs, nodeOf, podOf } from "./endpoint-refs.ts";
import { groupOf, refTo, type Known, type Role } from "./role.ts";

/**
 * Every port of every address of a slice is a target, and so is every other port that a pod behind an address declares
 * (discovery/kubernetes/endpointslice.go).
 */
export const endpointSliceRole: Role<EndpointSlice> = {
  kind: "endpointslice",
  source: "endpointslice",
  joins: (attach) => ["service", "pod", ...attachedToPods(attach)],
  read: readEndpointSlice,
  refs: ({ serviceKey, namespace, endpoints }, attach) => [
    ...(serviceKey === undefined ? [] : [refTo("service", serviceKey)]),
    ...namespaceRefs(namespace, attach),
    ...endpointRefs(endpoints, attach),
  ],
  build(slice, known) {
    const service = slice.serviceKey === undefined ? undefined : known.service(slice.serviceKey);
    const labels: OpenLabels = new Map();
    addFlat(labels, slice.labels);
    addFlat(labels, service?.labels ?? []);
    addNamespace(labels, slice.namespace, known);
    // A service of two families has a slice for each, with the same pods: those of the second would be there twice.
    const isSecond = service?.primaryFamily !== undefined && service.primaryFamily !== slice.addressType;
    return groupOf(endpointSliceRole, slice.key, labels, isSecond ? [] : sliceTargets(slice, known));
  },
};

function sliceTargets({ endpoints, ports }: EndpointSlice, known: Known): readonly OpenLabels[] {
  const covered = createCoveredPods(known);
  const targets: OpenLabels[] = [];
  for (const endpoint of endpoints) {
    const pod = podOf(endpoint, known);
    for (const port of ports) {
      for (const address of endpoint.addresses) {
        const target = addressTarget(address, endpoint, port, known);
        if (pod !== undefined) covered.cover(target, pod, port.number);
        targets.push(target);
      }
    }
  }
  return [...targets, ...covered.rest()];
}

function addressTarget(address: string, endpoint: SliceEndpoint, port: SlicePort, known: Known): OpenLabels {
  const target: OpenLabels = new Map([["__address__", port.number === undefined ? address : joinHostPort(address, port.number)]]);
  addFlat(target, port.labels);
  addFlat(target, endpoint.labels);
  addNode(target, nodeOf(endpoint) ?? endpoint.nodeName, known);
  return target;
}
