import { expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import type { FakeObject } from "../fake-api.ts";
import { appLabels, httpPortLabels, metaObject, podLabels, ownedBy, podObject, podReference } from "../objects.ts";
import { apiWith, discovered, groupsOf, shown } from "../support.ts";

const SERVICE_LABEL = { "kubernetes.io/service-name": "web" };

function sliceObject(
  endpoints: readonly object[],
  ports: readonly object[] | null,
  more: object = {},
  name: string = "web-x1",
): FakeObject {
  return {
    metadata: { name, namespace: "default", labels: SERVICE_LABEL, annotations: { "test.annotation": "1" } },
    addressType: "IPv4",
    endpoints,
    ports,
    ...more,
  };
}

const PORTS = [{ name: "http", port: 8080, protocol: "TCP", appProtocol: "h2c" }];
const portLabels = {
  endpointslice_port: "8080",
  endpointslice_port_name: "http",
  endpointslice_port_protocol: "TCP",
  endpointslice_port_app_protocol: "h2c",
};
const sliceLabels = {
  namespace: "default",
  endpointslice_name: "web-x1",
  endpointslice_address_type: "IPv4",
  endpointslice_annotation_test_annotation: "1",
  endpointslice_annotationpresent_test_annotation: "true",
  endpointslice_label_kubernetes_io_service_name: "web",
  endpointslice_labelpresent_kubernetes_io_service_name: "true",
};

test("each port of each address of each endpoint is a target", async () => {
  const endpoints = [
    {
      addresses: ["1.2.3.4", "1.2.3.5"],
      conditions: { ready: true, serving: true, terminating: false },
      hostname: "one",
      nodeName: "node-a",
      zone: "eu-1",
      deprecatedTopology: { "kubernetes.io/hostname": "h" },
      targetRef: { kind: "Node", name: "node-b" },
    },
    { addresses: ["2.3.4.5"], conditions: { ready: false } },
  ];
  const first = {
    ...portLabels,
    endpointslice_address_target_kind: "Node",
    endpointslice_address_target_name: "node-b",
    endpointslice_endpoint_conditions_ready: "true",
    endpointslice_endpoint_conditions_serving: "true",
    endpointslice_endpoint_conditions_terminating: "false",
    endpointslice_endpoint_hostname: "one",
    endpointslice_endpoint_node_name: "node-a",
    endpointslice_endpoint_zone: "eu-1",
    endpointslice_endpoint_topology_kubernetes_io_hostname: "h",
    endpointslice_endpoint_topology_present_kubernetes_io_hostname: "true",
  };
  const services = [metaObject("web", "default", { annotations: { a: "b" } })];
  expect(await groupsOf({ endpointslices: [sliceObject(endpoints, PORTS)], services }, "role: endpointslice")).toEqual({
    "endpointslice/default/web-x1": {
      labels: { ...sliceLabels, service_name: "web", service_annotation_a: "b", service_annotationpresent_a: "true" },
      targets: [
        { __address__: "1.2.3.4:8080", ...first },
        { __address__: "1.2.3.5:8080", ...first },
        { __address__: "2.3.4.5:8080", ...portLabels, endpointslice_endpoint_conditions_ready: "false" },
      ],
    },
  });
});

test.each([
  {
    why: "a port without a number leaves the address alone",
    ports: [{ name: "all" }],
    want: [{ __address__: "1.1.1.1", endpointslice_port_name: "all" }],
  },
  { why: "a slice without ports has no targets", ports: [], want: [] },
  { why: "nor has one whose ports are null", ports: null, want: [] },
])("$why", async ({ ports, want }) => {
  const groups = await groupsOf({ endpointslices: [sliceObject([{ addresses: ["1.1.1.1"] }], ports)] }, "role: endpointslice");
  expect(groups["endpointslice/default/web-x1"].targets).toEqual(want);
});

test("a target of a pod tells the pod and the container of its port; ports that no address covers are targets too", async () => {
  const containers = [
    {
      name: "app",
      image: "app:1",
      ports: [
        { name: "http", containerPort: 8080, protocol: "TCP" },
        { name: "admin", containerPort: 8081, protocol: "TCP" },
      ],
    },
  ];
  const pods = [podObject("p", "default", { spec: { containers } })];
  const endpointslices = [sliceObject([{ addresses: ["10.0.0.1"], targetRef: podReference("p") }], PORTS)];
  const { targets } = (await groupsOf({ endpointslices, pods }, "role: endpointslice"))["endpointslice/default/web-x1"];
  expect(targets).toEqual([
    {
      __address__: "10.0.0.1:8080",
      ...portLabels,
      endpointslice_address_target_kind: "Pod",
      endpointslice_address_target_name: "p",
      ...podLabels("p"),
      ...appLabels,
      ...httpPortLabels,
    },
    {
      __address__: "10.0.0.1:8081",
      ...podLabels("p"),
      ...appLabels,
      pod_container_port_name: "admin",
      pod_container_port_number: "8081",
      pod_container_port_protocol: "TCP",
    },
  ]);
});

test.each([
  { policy: "PreferDualStack", families: ["IPv4", "IPv6"], type: "IPv6", want: 0 },
  { policy: "RequireDualStack", families: ["IPv4", "IPv6"], type: "IPv6", want: 0 },
  { policy: "PreferDualStack", families: ["IPv4", "IPv6"], type: "IPv4", want: 1 },
  { policy: "PreferDualStack", families: ["IPv6", "IPv4"], type: "IPv4", want: 0 },
  { policy: "SingleStack", families: ["IPv4"], type: "IPv6", want: 1 },
  { policy: "PreferDualStack", families: [], type: "IPv6", want: 1 },
  { policy: undefined, families: ["IPv4"], type: "IPv6", want: 1 },
])("$policy of $families: a slice of $type has $want targets", async ({ policy, families, type, want }) => {
  const service = { metadata: { name: "web", namespace: "default" }, spec: { ipFamilyPolicy: policy, ipFamilies: families } };
  const slice = sliceObject([{ addresses: ["1.1.1.1"] }], PORTS, { addressType: type });
  const group = (await groupsOf({ endpointslices: [slice], services: [service] }, "role: endpointslice"))["endpointslice/default/web-x1"];
  expect(group.targets).toHaveLength(want);
  expect(group.labels).toMatchObject({ endpointslice_address_type: type, service_name: "web" });
});

test("the labels of node and namespace are attached; a node that is the target comes before the one it runs on", async () => {
  const endpoints = [
    { addresses: ["1.1.1.1"], nodeName: "node-1" },
    { addresses: ["2.2.2.2"], nodeName: "node-1", targetRef: { kind: "Node", name: "node-2" } },
  ];
  const objects = {
    endpointslices: [sliceObject(endpoints, PORTS)],
    nodes: [metaObject("node-1", undefined), metaObject("node-2", undefined)],
    namespaces: [metaObject("default", undefined, { labels: { team: "x" } })],
  };
  const groups = await groupsOf(objects, "role: endpointslice, attach_metadata: {node: true, namespace: true}");
  const { labels, targets } = groups["endpointslice/default/web-x1"];
  expect(labels).toMatchObject({ namespace_label_team: "x" });
  expect(targets.map((one) => one.node_name)).toEqual(["node-1", "node-2"]);
});

test("each slice of a service follows it, and pods, nodes and namespaces", async () => {
  const endpoints = [{ addresses: ["10.0.0.1"], nodeName: "node-1", targetRef: podReference("p") }];
  const api = await apiWith({
    endpointslices: [sliceObject(endpoints, PORTS), sliceObject([], PORTS, {}, "web-x2")],
    nodes: [metaObject("node-1", undefined)],
    namespaces: [metaObject("default", undefined)],
  });
  const { groups } = await discovered(`{api_server: '${api.url}', role: endpointslice, attach_metadata: {node: true, namespace: true}}`);
  const group = (name: string): ReturnType<typeof shown> =>
    shown(groups.get(`endpointslice/default/${name}`) ?? { source: "", labels: [], targets: [] });

  api.put("services", metaObject("web", "default"));
  await eventually(() => ["web-x1", "web-x2"].every((name) => group(name).labels.service_name === "web"));
  api.put("pods", podObject("p"));
  await eventually(() => group("web-x1").targets[0].pod_name === "p");
  api.put("nodes", metaObject("node-1", undefined, { labels: { zone: "z" } }));
  await eventually(() => group("web-x1").targets[0].node_label_zone === "z");
  api.put("namespaces", metaObject("default", undefined, { labels: { team: "t" } }));
  await eventually(() => ["web-x1", "web-x2"].every((name) => group(name).labels.namespace_label_team === "t"));
});

test("what made a pod is told by its targets as soon as it is known, and those who may not list it have targets all the same", async () => {
  const api = await apiWith({
    endpointslices: [sliceObject([{ addresses: ["10.0.0.1"], targetRef: podReference("p") }], PORTS)],
    pods: [podObject("p", "default", { meta: ownedBy("ReplicaSet", "web-1") }), podObject("q", "default", { meta: ownedBy("Job", "j") })],
  });
  let isForbidden = true;
  api.refuse = ({ path }) => (isForbidden && /replicasets|jobs/.test(path) ? { status: 403, body: "{}" } : undefined);
  const { groups } = await discovered(
    `{api_server: '${api.url}', role: endpointslice, attach_metadata: {deployment: true, cronjob: true}}`,
  );
  const target = (): Readonly<Record<string, string>> | undefined => {
    const group = groups.get("endpointslice/default/web-x1");
    return group === undefined ? undefined : shown(group).targets[0];
  };
  expect(target()).toMatchObject({ pod_name: "p", pod_controller_name: "web-1" });
  isForbidden = false;
  await eventually(() => api.watchCount("replicasets") === 1);
  expect(target()?.pod_deployment_name).toBeUndefined();
  api.put("replicasets", metaObject("web-1", "default", ownedBy("Deployment", "web")));
  await eventually(() => target()?.pod_deployment_name === "web");
  api.put("pods", podObject("p", "default", { meta: ownedBy("Job", "j") }));
  await eventually(() => target()?.pod_controller_name === "j");
  api.put("jobs", metaObject("j", "default", ownedBy("CronJob", "nightly")));
  await eventually(() => target()?.pod_cronjob_name === "nightly");
});
