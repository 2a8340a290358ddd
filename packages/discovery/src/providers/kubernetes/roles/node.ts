import { joinHostPort } from "../../meta-labels.ts";
import { addFlat, type OpenLabels } from "../objects/object-meta.ts";
import { readNode, type Node } from "../objects/node.ts";
import { groupOf, type Role } from "./role.ts";

/** The kubelet of every node is a target (discovery/kubernetes/node.go). */
export const nodeRole: Role<Node> = {
  kind: "node",
  source: "node",
  joins: () => [],
  read: readNode,
  refs: () => [],
  build(node, { warn }) {
    if (node.address === undefined) {
      warn("No node address found", { node: node.name, err: "host address unknown" });
      return undefined;
    }
    const labels: OpenLabels = new Map();
    addFlat(labels, node.labels);
    const target: OpenLabels = new Map([
      ["__address__", joinHostPort(node.address, node.kubeletPort)],
      ["instance", node.name],
    ]);
    addFlat(target, node.addressLabels);
    return groupOf(nodeRole, node.name, labels, [target]);
  },
};
