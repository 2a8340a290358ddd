/** The kinds of objects that are asked for. */
export type KindName = "node" | "pod" | "service" | "endpoints" | "endpointslice" | "ingress" | "namespace" | "replicaset" | "job";

interface Kind {
  /** Where the API has the group and its version. */
  readonly group: string;
  /** What its objects are called in a path. */
  readonly resource: string;
  readonly isNamespaced: boolean;
}

const CORE = "/api/v1";

/** Where the API has the objects of a kind. */
export const kinds: Readonly<Record<KindName, Kind>> = {
  node: { group: CORE, resource: "nodes", isNamespaced: false },
  pod: { group: CORE, resource: "pods", isNamespaced: true },
  service: { group: CORE, resource: "services", isNamespaced: true },
  endpoints: { group: CORE, resource: "endpoints", isNamespaced: true },
  endpointslice: { group: "/apis/discovery.k8s.io/v1", resource: "endpointslices", isNamespaced: true },
  ingress: { group: "/apis/networking.k8s.io/v1", resource: "ingresses", isNamespaced: true },
  namespace: { group: CORE, resource: "namespaces", isNamespaced: false },
  replicaset: { group: "/apis/apps/v1", resource: "replicasets", isNamespaced: true },
  job: { group: "/apis/batch/v1", resource: "jobs", isNamespaced: true },
};

/** The path of all objects of a kind in a namespace, or in all namespaces if that is "". */
export function pathOf(kind: KindName, namespace: string): string {
  const { group, resource } = kinds[kind];
  return namespace === "" ? `${group}/${resource}` : `${group}/namespaces/${encodeURIComponent(namespace)}/${resource}`;
}
