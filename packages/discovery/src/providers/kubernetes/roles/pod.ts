import { emptyGroup } from "../../../target-group.ts";
import { joinHostPort } from "../../meta-labels.ts";
import { NAMESPACE_LABEL } from "../objects/label-names.ts";
import type { OpenLabels } from "../objects/object-meta.ts";
import { readPod, type Container, type Pod } from "../objects/pod.ts";
import { addNamespace, addNode, addPod, attachedToPods, makerRefs, namespaceRefs } from "./attach.ts";
import { addContainer, addContainerId, addContainerPort } from "./container-labels.ts";
import { groupOf, refTo, sourceOf, type Attach, type Role } from "./role.ts";

/** Every port of every container of every pod is a target; a container without ports is one, too (discovery/kubernetes/pod.go). */
export const podRole: Role<Pod> = {
  kind: "pod",
  source: "pod",
  joins: attachedToPods,
  read: readPod,
  refs: podRefs,
  build(pod, known) {
    // A pod that starts or was evicted has no address; one on a node that the selector leaves out is none of ours.
    const isOut = pod.ip === "" || (known.attach.node && known.node(pod.nodeName) === undefined);
    if (isOut) return emptyGroup(sourceOf(podRole, pod.key));
    const labels: OpenLabels = new Map([[NAMESPACE_LABEL, pod.namespace]]);
    addPod(labels, pod, known);
    addNode(labels, pod.nodeName, known);
    addNamespace(labels, pod.namespace, known);
    return groupOf(
      podRole,
      pod.key,
      labels,
      pod.containers.flatMap((container) => containerTargets(pod, container)),
    );
  },
};

/** What a pod's group depends on. */
function podRefs(pod: Pod, attach: Attach): readonly string[] {
  const nodes = attach.node ? [refTo("node", pod.nodeName)] : [];
  return [...namespaceRefs(pod.namespace, attach), ...nodes, ...makerRefs(pod, attach)];
}

function containerTargets({ ip }: Pod, container: Container): readonly OpenLabels[] {
  if (container.ports.length === 0) return [containerTarget(ip, container)];
  return container.ports.map((port) => {
    const target = containerTarget(joinHostPort(ip, port.number), container);
    addContainerPort(target, port);
    return target;
  });
}

function containerTarget(address: string, container: Container): OpenLabels {
  const target: OpenLabels = new Map([["__address__", address]]);
  addContainerId(target, container);
  addContainer(target, container);
  return target;
}
