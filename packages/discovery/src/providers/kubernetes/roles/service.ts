import { joinHostPort } from "../../meta-labels.ts";
import { META } from "../objects/label-names.ts";
import { addFlat, type OpenLabels } from "../objects/object-meta.ts";
import { readService, type Service } from "../objects/service.ts";
import { addNamespace, attachedToAll, namespaceRefs } from "./attach.ts";
import { groupOf, type Role } from "./role.ts";

/** Every port of every service is a target, by the service's name in the cluster's DNS (discovery/kubernetes/service.go). */
export const serviceRole: Role<Service> = {
  kind: "service",
  source: "svc",
  joins: attachedToAll,
  read: readService,
  refs: ({ namespace }, attach) => namespaceRefs(namespace, attach),
  build(service, known) {
    const labels: OpenLabels = new Map();
    addFlat(labels, service.labels);
    addNamespace(labels, service.namespace, known);
    const host = `${service.name}.${service.namespace}.svc`;
    const targets = service.ports.map(({ name, number, protocol }) => {
      const target: OpenLabels = new Map([
        ["__address__", joinHostPort(host, number)],
        [`${META}service_port_name`, name],
        [`${META}service_port_number`, String(number)],
        [`${META}service_port_protocol`, protocol],
      ]);
      addFlat(target, service.targetLabels);
      return target;
    });
    return groupOf(serviceRole, service.key, labels, targets);
  },
};
