import { expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import type { TargetGroup } from "../../../../src/target-group.ts";
import type { FakeApi, FakeObject } from "../fake-api.ts";
import { appLabels, httpPortLabels, metaObject, podLabels, ownedBy, podObject, podReference } from "../objects.ts";
import { apiWith, discovered, groupsOf, metricOf, shown } from "../support.ts";

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

test("a remark that the API does not know is none", async () => {
  const remarked = endpointsObject([], { annotations: { "endpoints.kubernetes.io/over-capacity": "constructor" } });
  const api = await apiWith({ endpoints: [remarked] });
  const { logs, groups } = await discovered(`{api_server: '${api.url}', role: endpoints}`);
  expect(groups.size).toBe(1);
  expect(logs.filter((line) => /level=(WARN|ERROR)/.test(line))).toEqual([]);
});

test("services and pods that change or go change the targets behind them", async () => {
  const api = await apiWith({ endpoints: [endpointsObject(backed)], pods: [] });
  const { groups, registry } = await discovered(`{api_server: '${api.url}', role: endpoints}`);
  const group = (): ReturnType<typeof shown> => shown(groups.get("endpoints/default/web") ?? { source: "", labels: [], targets: [] });

  api.put("services", metaObject("web", "default", { labels: { v: "1" } }));
  await eventually(() => expect(group().labels).toMatchObject({ service_name: "web", service_label_v: "1" }));
  api.remove("services", "default", "web");
  await eventually(() => expect(group().labels).toEqual({ namespace: "default", endpoints_name: "web" }));

  api.put("pods", podObject("p", "default", { status: { phase: "Pending" } }));
  await eventually(() => expect(group().targets[0]).toMatchObject({ pod_phase: "Pending" }));
  api.put("pods", podObject("p"));
  await eventually(() => expect(group().targets[0]).toMatchObject({ pod_phase: "Running" }));
  // Of pods upstream counts their updates alone.
  const counted = await Promise.all(
    ["add", "update"].map((event) => metricOf(registry, `prometheus_sd_kubernetes_events_total{event="${event}",role="pod"}`)),
  );
  expect(counted).toEqual([0, 1]);

  // Its address goes by itself; until then the target stays the one that it was.
  api.remove("pods", "default", "p");
  api.put("services", metaObject("web", "default"));
  await eventually(() => expect(group().labels).toMatchObject({ service_name: "web" }));
  api.remove("endpoints", "default", "web");
  await eventually(() => expect(group().targets).toEqual([]));
});

test("what made a pod is told by its targets as soon as it is known, and those who may not list it have targets all the same", async () => {
  const api = await apiWith({
    endpoints: [endpointsObject([{ addresses: [{ ip: "10.0.0.1", targetRef: podReference("p") }], ports: PORTS }])],
    pods: [podObject("p", "default", { meta: ownedBy("ReplicaSet", "web-1") }), podObject("q", "default", { meta: ownedBy("Job", "j") })],
  });
  let isForbidden = true;
  api.refuse = ({ path }) => (isForbidden && /replicasets|jobs/.test(path) ? { status: 403, body: "{}" } : undefined);
  const { groups } = await discovered(`{api_server: '${api.url}', role: endpoints, attach_metadata: {deployment: true, cronjob: true}}`);
  const target = (): Readonly<Record<string, string>> | undefined => {
    const group = groups.get("endpoints/default/web");
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

test("a pod that is gone leaves its target as it was until the endpoints tell of it, and what made it changes it no more", async () => {
  const api = await apiWith({
    endpoints: [endpointsObject(backed)],
    pods: [podObject("p", "default", { meta: ownedBy("ReplicaSet", "web-1") })],
    replicasets: [metaObject("web-1", "default", ownedBy("Deployment", "web"))],
  });
  const { groups } = await discovered(`{api_server: '${api.url}', role: endpoints, attach_metadata: {deployment: true}}`);
  await eventually(() => ["endpoints", "pods", "replicasets"].every((resource) => api.watchCount(resource) === 1));
  const before = groups.get("endpoints/default/web");
  api.remove("pods", "default", "p");
  await told(api, groups, "first");
  api.remove("replicasets", "default", "web-1");
  await told(api, groups, "second");
  expect(groups.get("endpoints/default/web")).toBe(before);
  expect(before === undefined ? [] : shown(before).targets.map((one) => one.pod_deployment_name)).toContain("web");
  api.put("endpoints", endpointsObject(backed));
  await eventually(() => groups.get("endpoints/default/web") !== before);
  expect(shown(groups.get("endpoints/default/web") as TargetGroup).targets[0].pod_name).toBeUndefined();
});

test("endpoints that are gone follow nothing any more", async () => {
  const api = await apiWith({ endpoints: [endpointsObject(backed)] });
  const { groups } = await discovered(`{api_server: '${api.url}', role: endpoints}`);
  await eventually(() => ["endpoints", "services"].every((resource) => api.watchCount(resource) === 1));
  api.remove("endpoints", "default", "web");
  await eventually(() => groups.get("endpoints/default/web")?.targets.length === 0);
  const gone = groups.get("endpoints/default/web");
  api.put("services", metaObject("web", "default"));
  await told(api, groups, "other");
  expect(groups.get("endpoints/default/web")).toBe(gone);
});

/** Waits until endpoints of that name, which are made now, are told. */
async function told(api: FakeApi, groups: ReadonlyMap<string, TargetGroup>, name: string): Promise<void> {
  api.put("endpoints", metaObject(name, "default"));
  await eventually(() => groups.has(`endpoints/default/${name}`));
}
