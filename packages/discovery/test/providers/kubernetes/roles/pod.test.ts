import { expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import { appLabels, httpPortLabels, metaObject, ownedBy, podLabels, podObject } from "../objects.ts";
import { apiWith, discovered, groupsOf, shown } from "../support.ts";

const PORTED = { __address__: "10.0.0.1:8080", ...appLabels, ...httpPortLabels, pod_container_id: "containerd://a1" };

test("each port of each container is a target, and the pod's labels are the group's", async () => {
  const pod = podObject("web-1", "default", {
    meta: {
      labels: { app: "web", "app.kubernetes.io/part-of": "shop", empty: "" },
      annotations: { "prometheus.io/scrape": "true" },
      ...ownedBy("ReplicaSet", "web-7d4"),
    },
  });
  expect(await groupsOf({ pods: [pod] }, "role: pod")).toEqual({
    "pod/default/web-1": {
      labels: {
        ...podLabels("web-1"),
        namespace: "default",
        pod_label_app: "web",
        pod_labelpresent_app: "true",
        pod_label_app_kubernetes_io_part_of: "shop",
        pod_labelpresent_app_kubernetes_io_part_of: "true",
        pod_labelpresent_empty: "true",
        pod_annotation_prometheus_io_scrape: "true",
        pod_annotationpresent_prometheus_io_scrape: "true",
        pod_controller_kind: "ReplicaSet",
        pod_controller_name: "web-7d4",
      },
      targets: [PORTED],
    },
  });
});

const container = (name: string, ports: readonly object[]): object => ({ name, image: `${name}:1`, ports });
const port = (name: string, containerPort: number, protocol: string): object => ({ name, containerPort, protocol });
const targetOf = (name: string, address: string, more: object): object => ({
  __address__: address,
  pod_container_name: name,
  pod_container_image: `${name}:1`,
  pod_container_init: "false",
  ...more,
});

test.each([
  {
    why: "a container without ports is a target by the pod's address",
    spec: { containers: [{ name: "app", image: "app:1" }] },
    status: {},
    want: [targetOf("app", "10.0.0.1", { pod_container_id: "containerd://a1" })],
  },
  {
    why: "a container that has not started has no identity",
    spec: { containers: [container("late", [])] },
    status: { containerStatuses: null },
    want: [targetOf("late", "10.0.0.1", {})],
  },
  {
    why: "init containers come last and are marked",
    spec: { containers: [container("app", [])], initContainers: [container("setup", [port("probe", 81, "TCP")])] },
    status: { initContainerStatuses: [{ name: "setup", containerID: "containerd://b2" }] },
    want: [
      targetOf("app", "10.0.0.1", { pod_container_id: "containerd://a1" }),
      targetOf("setup", "10.0.0.1:81", {
        pod_container_init: "true",
        pod_container_id: "containerd://b2",
        pod_container_port_name: "probe",
        pod_container_port_number: "81",
        pod_container_port_protocol: "TCP",
      }),
    ],
  },
  {
    why: "an IPv6 address stands in brackets where a port follows",
    spec: { containers: [container("app", [{ containerPort: 53, protocol: "UDP" }]), container("bare", [])] },
    status: { podIP: "fd00::7" },
    want: [
      targetOf("app", "[fd00::7]:53", {
        pod_container_id: "containerd://a1",
        pod_container_port_number: "53",
        pod_container_port_protocol: "UDP",
      }),
      targetOf("bare", "fd00::7", {}),
    ],
  },
  { why: "a pod without an address has no targets", spec: {}, status: { podIP: "" }, want: [] },
])("$why", async ({ spec, status, want }) => {
  const groups = await groupsOf({ pods: [podObject("p", "default", { spec, status })] }, "role: pod");
  expect(groups["pod/default/p"].targets).toEqual(want);
});

test.each([
  { why: "a pod that has ended is still told, with its phase", status: { phase: "Succeeded" }, want: { pod_phase: "Succeeded" } },
  { why: "a pod that says nothing of being ready", status: { conditions: [] }, want: { pod_ready: "unknown" } },
  {
    why: "a pod that is not ready",
    status: { conditions: [{ type: "Ready", status: "False" }] },
    want: { pod_ready: "false" },
  },
])("$why", async ({ status, want }) => {
  const groups = await groupsOf({ pods: [podObject("p", "default", { status })] }, "role: pod");
  expect(groups["pod/default/p"].labels).toMatchObject(want);
  expect(groups["pod/default/p"].targets).toHaveLength(1);
});

const rows: readonly { why: string; owner: object; more: string; want: object; absent: readonly string[] }[] = [
  {
    why: "the deployment is that of the replica set",
    owner: ownedBy("ReplicaSet", "web-7d4"),
    more: "attach_metadata: {deployment: true}",
    want: { pod_deployment_name: "web" },
    absent: ["pod_job_name", "pod_cronjob_name"],
  },
  {
    why: "a job is named by the pod",
    owner: ownedBy("Job", "backup-1"),
    more: "attach_metadata: {job: true}",
    want: { pod_job_name: "backup-1" },
    absent: ["pod_cronjob_name"],
  },
  {
    why: "the cron job is that of the job",
    owner: ownedBy("Job", "backup-1"),
    more: "attach_metadata: {cronjob: true}",
    want: { pod_cronjob_name: "backup" },
    absent: ["pod_job_name"],
  },
  {
    why: "nothing is attached that is not asked for",
    owner: ownedBy("Job", "backup-1"),
    more: "attach_metadata: {}",
    want: { pod_controller_name: "backup-1" },
    absent: ["pod_job_name", "pod_cronjob_name", "node_name"],
  },
  {
    why: "the node's name, labels and annotations",
    owner: {},
    more: "attach_metadata: {node: true}",
    want: {
      node_name: "node-1",
      node_label_zone: "a",
      node_labelpresent_zone: "true",
      node_annotation_rack: "r",
      node_annotationpresent_rack: "true",
    },
    absent: ["node_provider_id"],
  },
  {
    why: "the namespace's labels and annotations, without a name",
    owner: {},
    more: "attach_metadata: {namespace: true}",
    want: {
      namespace_label_team: "x",
      namespace_labelpresent_team: "true",
      namespace_annotation_a: "b",
      namespace_annotationpresent_a: "true",
    },
    absent: ["namespace_name"],
  },
];

test.each(rows)("attached: $why", async ({ owner, more, want, absent }) => {
  const objects = {
    pods: [podObject("p", "default", { meta: owner as Record<string, unknown> })],
    replicasets: [metaObject("web-7d4", "default", ownedBy("Deployment", "web"))],
    jobs: [metaObject("backup-1", "default", ownedBy("CronJob", "backup"))],
    nodes: [metaObject("node-1", undefined, { labels: { zone: "a" }, annotations: { rack: "r" } })],
    namespaces: [metaObject("default", undefined, { labels: { team: "x" }, annotations: { a: "b" } })],
  };
  const { labels } = (await groupsOf(objects, `role: pod, ${more}`))["pod/default/p"];
  expect(labels).toMatchObject(want);
  expect(absent.filter((name) => name in labels)).toEqual([]);
});

test("pods on nodes that the selector leaves out have no targets, until the node comes", async () => {
  const api = await apiWith({ pods: [podObject("p")] });
  const { groups } = await discovered(`{api_server: '${api.url}', role: pod, attach_metadata: {node: true}}`);
  expect(groups.get("pod/default/p")?.targets).toEqual([]);
  api.put("nodes", metaObject("node-1", undefined));
  await eventually(() => groups.get("pod/default/p")?.targets.length === 1);
  api.remove("nodes", "", "node-1");
  await eventually(() => groups.get("pod/default/p")?.targets.length === 0);
});

test.each([
  {
    why: "node",
    resource: "nodes",
    object: metaObject("node-1", undefined, { labels: { zone: "b" } }),
    more: "node: true",
    want: { node_label_zone: "b" },
  },
  {
    why: "namespace",
    resource: "namespaces",
    object: metaObject("default", undefined, { labels: { team: "y" } }),
    more: "namespace: true",
    want: { namespace_label_team: "y" },
  },
  {
    why: "replica set",
    resource: "replicasets",
    object: metaObject("web-7d4", "default", ownedBy("Deployment", "new")),
    more: "deployment: true",
    want: { pod_deployment_name: "new" },
  },
])("a change of its $why changes a pod's group", async ({ resource, object, more, want }) => {
  const { name, namespace } = object.metadata;
  const before = metaObject(name, namespace);
  const api = await apiWith({ pods: [podObject("p", "default", { meta: ownedBy("ReplicaSet", "web-7d4") })], [resource]: [before] });
  const { groups } = await discovered(`{api_server: '${api.url}', role: pod, attach_metadata: {${more}}}`);
  api.put(resource, object);
  await eventually(() => {
    const group = groups.get("pod/default/p");
    expect(group === undefined ? undefined : shown(group).labels).toMatchObject(want);
  });
});
