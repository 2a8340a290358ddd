import { expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import type { FakeObject } from "../fake-api.ts";
import { appLabels, httpPortLabels, metaObject, podLabels, podObject, podReference } from "../objects.ts";
import { apiWith, discovered, groupsOf, shown } from "../support.ts";

function endpointsObject(subsets: readonly object[] | null, meta: object = {}, name: string = "web"): FakeObject {
  return { metadata: { name, namespace: "default", ...meta }, subsets };
}

const PORTS = [{ name: "http", port: 8080, protocol: "TCP" }];
const portLabels = { endpoint_port_name: "http", endpoint_port_protocol: "TCP" };

test("each port of each address is a target, ready or not", async () => {
  const subsets = [
    {
      addresses: [
        { ip: "1.2.3.4", hostname: "one", nodeName: "node-a" },
        { ip: "fd00::2", targetRef: { kind: "Node", name: "node-b" } },
      ],
      notReadyAddresses: [{ ip: "3.4.5.6" }],
      ports: [...PORTS, { port: 9 }],
    },
  ];
  const meta = { labels: { l: "1" }, annotations: { a: "2" } };
  const service = { metadata: { name: "web", namespace: "default", labels: { app: "web" } }, spec: {} };
  expect(await groupsOf({ endpoints: [endpointsObject(subsets, meta)], services: [service] }, "role: endpoints")).toEqual({
    "endpoints/default/web": {
      labels: {
        namespace: "default",
        endpoints_name: "web",
        endpoints_label_l: "1",
        endpoints_labelpresent_l: "true",
        endpoints_annotation_a: "2",
        endpoints_annotationpresent_a: "true",
        service_name: "web",
        service_label_app: "web",
        service_labelpresent_app: "true",
      },
      targets: [
        { __address__: "1.2.3.4:8080", ...portLabels, endpoint_ready: "true", endpoint_hostname: "one", endpoint_node_name: "node-a" },
        {
          __address__: "[fd00::2]:8080",
          ...portLabels,
          endpoint_ready: "true",
          endpoint_address_target_kind: "Node",
          endpoint_address_target_name: "node-b",
        },
        { __address__: "3.4.5.6:8080", ...portLabels, endpoint_ready: "false" },
        { __address__: "1.2.3.4:9", endpoint_ready: "true", endpoint_hostname: "one", endpoint_node_name: "node-a" },
        {
          __address__: "[fd00::2]:9",
          endpoint_ready: "true",
          endpoint_address_target_kind: "Node",
          endpoint_address_target_name: "node-b",
        },
        { __address__: "3.4.5.6:9", endpoint_ready: "false" },
      ],
    },
  });
});

const backed = [{ addresses: [{ ip: "10.0.0.1", nodeName: "node-1", targetRef: podReference("p") }], ports: PORTS }];
const backedLabels = {
  endpoint_ready: "true",
  endpoint_node_name: "node-1",
  endpoint_address_target_kind: "Pod",
  endpoint_address_target_name: "p",
};

test("a target of a pod tells the pod and the container of its port; ports that no address covers are targets too", async () => {
  const containers = [
    {
      name: "app",
      image: "app:1",
      ports: [
        { name: "http", containerPort: 8080, protocol: "SCTP" },
        { name: "admin", containerPort: 8081, protocol: "TCP" },
      ],
    },
    { name: "portless", image: "x" },
  ];
  const initContainers = [{ name: "sidecar", image: "side:1", ports: [{ name: "side", containerPort: 15000, protocol: "TCP" }] }];
  const pod = podObject("p", "default", { spec: { containers, initContainers } });
  const { targets } = (await groupsOf({ endpoints: [endpointsObject(backed)], pods: [pod] }, "role: endpoints"))["endpoints/default/web"];
  expect(targets).toEqual([
    { __address__: "10.0.0.1:8080", ...portLabels, ...backedLabels, ...podLabels("p"), ...appLabels, ...httpPortLabels },
    {
      __address__: "10.0.0.1:8081",
      ...podLabels("p"),
      ...appLabels,
      pod_container_port_name: "admin",
      pod_container_port_number: "8081",
      pod_container_port_protocol: "TCP",
    },
    {
      __address__: "10.0.0.1:15000",
      ...podLabels("p"),
      pod_container_name: "sidecar",
      pod_container_image: "side:1",
      pod_container_init: "true",
      pod_container_port_name: "side",
      pod_container_port_number: "15000",
      pod_container_port_protocol: "TCP",
    },
  ]);
});

test.each([
  {
    why: "without an address, the pod's other ports are no targets",
    pod: podObject("p", "default", { status: { podIP: "" } }),
    subsets: backed,
    want: 1,
  },
  { why: "a pod that is unknown leaves the target as it is", pod: podObject("other"), subsets: backed, want: 1 },
  { why: "endpoints without subsets have no targets", pod: podObject("p"), subsets: [], want: 0 },
  { why: "nor have those whose list is null", pod: podObject("p"), subsets: null, want: 0 },
])("$why", async ({ pod, subsets, want }) => {
  const more = { name: "more", containerPort: 1, protocol: "TCP" };
  const withMore = { ...pod, spec: { nodeName: "node-1", containers: [{ name: "c", image: "i", ports: [more] }] } };
  const groups = await groupsOf({ endpoints: [endpointsObject(subsets)], pods: [withMore] }, "role: endpoints");
  expect(groups["endpoints/default/web"].targets).toHaveLength(want);
});

test("a pod behind two ports is covered by both", async () => {
  const pod = podObject("p", "default", {
    spec: { containers: [{ name: "app", image: "app:1", ports: [{ containerPort: 1 }, { containerPort: 2 }, { containerPort: 3 }] }] },
  });
  const subsets = [{ addresses: [{ ip: "10.0.0.1", targetRef: podReference("p") }], ports: [{ port: 1 }, { port: 2 }] }];
  const { targets } = (await groupsOf({ endpoints: [endpointsObject(subsets)], pods: [pod] }, "role: endpoints"))["endpoints/default/web"];
  expect(targets.map(({ __address__: address }) => address)).toEqual(["10.0.0.1:1", "10.0.0.1:2", "10.0.0.1:3"]);
});

test("the labels of node and namespace are attached", async () => {
  const subsets = [
    {
      addresses: [
        { ip: "1.1.1.1", nodeName: "node-1" },
        { ip: "2.2.2.2", targetRef: { kind: "Node", name: "node-2" } },
      ],
      ports: PORTS,
    },
  ];
  const objects = {
    endpoints: [endpointsObject(subsets)],
    nodes: [metaObject("node-1", undefined, { labels: { n: "1" } }), metaObject("node-2", undefined, { labels: { n: "2" } })],
    namespaces: [metaObject("default", undefined, { labels: { team: "x" } })],
  };
  const { labels, targets } = (await groupsOf(objects, "role: endpoints, attach_metadata: {node: true, namespace: true}"))[
    "endpoints/default/web"
  ];
  expect(labels).toMatchObject({ namespace_label_team: "x" });
  expect(targets.map((one) => `${one.node_name} ${one.node_label_n} ${one.node_labelpresent_n}`)).toEqual([
    "node-1 1 true",
    "node-2 2 true",
  ]);
});

test.each([
  { value: "truncated", want: "exceeds 1000 and has been truncated" },
  { value: "warning", want: "exceeds 1000, please" },
])("the API's remark that there are too many addresses ($value) is logged", async ({ value, want }) => {
  const api = await apiWith({ endpoints: [endpointsObject([], { annotations: { "endpoints.kubernetes.io/over-capacity": value } })] });
  const { logs } = await discovered(`{api_server: '${api.url}', role: endpoints}`);
  expect(logs.join("")).toContain(want);
});

test("services and pods that change or go change the targets behind them", async () => {
  const api = await apiWith({ endpoints: [endpointsObject(backed)], pods: [] });
  const { groups } = await discovered(`{api_server: '${api.url}', role: endpoints}`);
  const group = (): ReturnType<typeof shown> => shown(groups.get("endpoints/default/web") ?? { source: "", labels: [], targets: [] });

  api.put("services", metaObject("web", "default", { labels: { v: "1" } }));
  await eventually(() => expect(group().labels).toMatchObject({ service_name: "web", service_label_v: "1" }));
  api.remove("services", "default", "web");
  await eventually(() => expect(group().labels).toEqual({ namespace: "default", endpoints_name: "web" }));

  api.put("pods", podObject("p", "default", { status: { phase: "Pending" } }));
  await eventually(() => expect(group().targets[0]).toMatchObject({ pod_phase: "Pending" }));
  api.put("pods", podObject("p"));
  await eventually(() => expect(group().targets[0]).toMatchObject({ pod_phase: "Running" }));

  // Its address goes by itself; until then the target stays the one that it was.
  api.remove("pods", "default", "p");
  api.put("services", metaObject("web", "default"));
  await eventually(() => expect(group().labels).toMatchObject({ service_name: "web" }));
  api.remove("endpoints", "default", "web");
  await eventually(() => expect(group().targets).toEqual([]));
});
