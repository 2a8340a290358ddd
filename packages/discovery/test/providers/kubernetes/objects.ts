import type { FakeObject } from "./fake-api.ts";

type Wire = Readonly<Record<string, unknown>>;

/** What a test says of a pod beyond its name. */
export interface PodParts {
  readonly meta?: Wire;
  readonly spec?: Wire;
  readonly status?: Wire;
}

/** A pod that runs: one container `app` with the port `http` 8080. */
export function podObject(name: string, namespace: string = "default", { meta, spec, status }: PodParts = {}): FakeObject {
  return {
    metadata: { name, namespace, uid: `uid-of-${name}`, ...meta },
    spec: {
      nodeName: "node-1",
      containers: [{ name: "app", image: "app:1", ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }] }],
      ...spec,
    },
    status: {
      phase: "Running",
      podIP: "10.0.0.1",
      hostIP: "192.168.0.1",
      conditions: [
        { type: "Initialized", status: "True" },
        { type: "Ready", status: "True" },
      ],
      containerStatuses: [{ name: "app", containerID: "containerd://a1" }],
      ...status,
    },
  };
}

/** The labels of such a pod: those of the group of the role `pod`, and of targets of endpoints. */
export function podLabels(name: string): Readonly<Record<string, string>> {
  return {
    pod_name: name,
    pod_uid: `uid-of-${name}`,
    pod_ip: "10.0.0.1",
    pod_host_ip: "192.168.0.1",
    pod_node_name: "node-1",
    pod_phase: "Running",
    pod_ready: "true",
  };
}

/** The labels of its container, as far as endpoints tell them. */
export const appLabels: Readonly<Record<string, string>> = {
  pod_container_name: "app",
  pod_container_image: "app:1",
  pod_container_init: "false",
};

/** The labels of its port. */
export const httpPortLabels: Readonly<Record<string, string>> = {
  pod_container_port_name: "http",
  pod_container_port_number: "8080",
  pod_container_port_protocol: "TCP",
};

/** The owner of an object. */
export function ownedBy(kind: string, name: string): Wire {
  return {
    ownerReferences: [
      { kind: "Watcher", name: "no-controller" },
      { kind, name, controller: true },
    ],
  };
}

/** An object of which only the metadata counts. */
export function metaObject(name: string, namespace: string | undefined, meta: Wire = {}): FakeObject {
  return { metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...meta } };
}

/** What a pod is called by an address. */
export function podReference(name: string, namespace: string = "default"): Wire {
  return { kind: "Pod", namespace, name };
}
