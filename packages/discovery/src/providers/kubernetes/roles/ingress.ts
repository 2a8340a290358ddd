import { META } from "../objects/label-names.ts";
import { addFlat, type OpenLabels } from "../objects/object-meta.ts";
import { readIngress, type Ingress } from "../objects/ingress.ts";
import { addNamespace, attachedToAll, namespaceRefs } from "./attach.ts";
import { groupOf, type Role } from "./role.ts";

/** Every path of every ingress is a target (discovery/kubernetes/ingress.go). */
export const ingressRole: Role<Ingress> = {
  kind: "ingress",
  source: "ingress",
  joins: attachedToAll,
  read: readIngress,
  refs: ({ namespace }, attach) => namespaceRefs(namespace, attach),
  build(ingress, known) {
    const labels: OpenLabels = new Map();
    addFlat(labels, ingress.labels);
    addNamespace(labels, ingress.namespace, known);
    const targets = ingress.paths.map(
      ({ scheme, host, path }): OpenLabels =>
        new Map([
          ["__address__", host],
          [`${META}ingress_scheme`, scheme],
          [`${META}ingress_host`, host],
          [`${META}ingress_path`, path],
        ]),
    );
    return groupOf(ingressRole, ingress.key, labels, targets);
  },
};
