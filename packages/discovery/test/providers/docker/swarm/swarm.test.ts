import { expect, test } from "@jest/globals";
import { findIn } from "../support.ts";

const NETWORKS = [
  { Id: "ing", Name: "ingress", Scope: "swarm", Internal: false, Ingress: true, Labels: {} },
  { Id: "ov", Name: "backend", Scope: "swarm", Internal: true, Ingress: false, Labels: { "a.b": "c" } },
];
const BACKEND = {
  __meta_dockerswarm_network_id: "ov",
  __meta_dockerswarm_network_name: "backend",
  __meta_dockerswarm_network_scope: "swarm",
  __meta_dockerswarm_network_internal: "true",
  __meta_dockerswarm_network_ingress: "false",
  __meta_dockerswarm_network_label_a_b: "c",
};
const WEB_PORT = { Name: "metrics", Protocol: "tcp", TargetPort: 9100, PublishedPort: 19_100, PublishMode: "ingress" };
const UDP_PORT = { Protocol: "udp", PublishedPort: 53, PublishMode: "ingress" };

function service(spec: object, endpoint: object): object {
  return {
    ID: "s1",
    Spec: {
      Name: "web",
      Labels: { "com.docker.stack": "shop" },
      Mode: { Replicated: { Replicas: 2 } },
      TaskTemplate: { ContainerSpec: { Image: "web:1", Hostname: "web" } },
      ...spec,
    },
    Endpoint: { Ports: [WEB_PORT, UDP_PORT], VirtualIPs: [{ NetworkID: "ov", Addr: "10.0.1.2/24" }], ...endpoint },
    UpdateStatus: { State: "updating" },
  };
}

const SERVICE = {
  __meta_dockerswarm_service_id: "s1",
  __meta_dockerswarm_service_name: "web",
  __meta_dockerswarm_service_mode: "replicated",
  __meta_dockerswarm_service_label_com_docker_stack: "shop",
};

const MANAGER = {
  ID: "n1",
  Spec: { Role: "manager", Availability: "active", Labels: { "zone.name": "a" } },
  Description: { Hostname: "one", Platform: { Architecture: "x86_64", OS: "linux" }, Engine: { EngineVersion: "28.0.1" } },
  Status: { State: "ready", Addr: "192.0.2.1" },
  ManagerStatus: { Leader: true, Reachability: "reachable", Addr: "192.0.2.1:2377" },
};
const NODE = {
  __meta_dockerswarm_node_id: "n1",
  __meta_dockerswarm_node_role: "manager",
  __meta_dockerswarm_node_availability: "active",
  __meta_dockerswarm_node_hostname: "one",
  __meta_dockerswarm_node_platform_architecture: "x86_64",
  __meta_dockerswarm_node_platform_os: "linux",
  __meta_dockerswarm_node_status: "ready",
  __meta_dockerswarm_node_address: "192.0.2.1",
  __meta_dockerswarm_node_label_zone_name: "a",
};

async function found(answers: object, fields: string) {
  const { targets, logs, source, engine } = await findIn("dockerswarm", { "/networks": NETWORKS, ...answers }, fields);
  expect(logs).toBe("");
  expect(source).toBe("DockerSwarm");
  return { targets: targets ?? [], requests: engine.requests };
}

test("a service has the labels of its spec, its network and its port", async () => {
  const { targets } = await found({ "/services": [service({}, {})] }, "role: services");
  expect(targets).toEqual([
    {
      __address__: "10.0.1.2:19100",
      __meta_dockerswarm_service_endpoint_port_name: "metrics",
      __meta_dockerswarm_service_endpoint_port_publish_mode: "ingress",
      __meta_dockerswarm_service_task_container_hostname: "web",
      __meta_dockerswarm_service_task_container_image: "web:1",
      __meta_dockerswarm_service_updating_status: "updating",
      ...SERVICE,
      ...BACKEND,
    },
  ]);
});

test.each([
  {
    why: "each TCP port at each address is a target",
    endpoint: {
      VirtualIPs: [
        { NetworkID: "ing", Addr: "10.0.0.2/24" },
        { NetworkID: "ov", Addr: "fd00::0002/64" },
      ],
    },
    want: ["10.0.0.2:19100", "[fd00::2]:19100"],
  },
  { why: "without TCP ports the configured one counts", endpoint: { Ports: [UDP_PORT] }, want: ["10.0.1.2:81"] },
  { why: "without ports, too", endpoint: { Ports: null }, want: ["10.0.1.2:81"] },
  { why: "a service without addresses is no target", endpoint: { VirtualIPs: null }, want: [] },
  {
    why: "a service on the host's network has an entry without an address, and does not hide the others",
    endpoint: { VirtualIPs: [{ NetworkID: "host" }, { NetworkID: "ov", Addr: "10.0.1.3/24" }] },
    want: ["10.0.1.3:19100"],
  },
])("services: $why", async ({ endpoint, want }) => {
  const { targets } = await found({ "/services": [service({}, endpoint)] }, "role: services\nport: 81");
  expect(targets.map(({ __address__: address }) => address)).toEqual(want);
});

test.each([
  { spec: { Mode: { Global: {} } }, mode: "global" },
  { spec: { Mode: { Replicated: {} } }, mode: "replicated" },
  { spec: { Mode: { ReplicatedJob: {} } }, mode: undefined },
  { spec: { Mode: null, TaskTemplate: { PluginSpec: {} } }, mode: undefined },
])("the mode of a service with $spec is $mode", async ({ spec, mode }) => {
  const { targets } = await found({ "/services": [service(spec, {})] }, "role: services");
  expect(targets.map((target) => target["__meta_dockerswarm_service_mode"])).toEqual([mode]);
});

test("a node has the labels of its description and of its part in the swarm", async () => {
  const worker = { ...MANAGER, ID: "n2", Status: { State: "down", Addr: "2001:db8::5" }, ManagerStatus: undefined };
  const { targets, requests } = await found({ "/nodes": [MANAGER, worker] }, "role: nodes\nport: 9100");
  expect(targets).toEqual([
    {
      __address__: "192.0.2.1:9100",
      ...NODE,
      __meta_dockerswarm_node_engine_version: "28.0.1",
      __meta_dockerswarm_node_manager_leader: "true",
      __meta_dockerswarm_node_manager_reachability: "reachable",
      __meta_dockerswarm_node_manager_address: "192.0.2.1:2377",
    },
    {
      __address__: "[2001:db8::5]:9100",
      ...NODE,
      __meta_dockerswarm_node_id: "n2",
      __meta_dockerswarm_node_status: "down",
      __meta_dockerswarm_node_address: "2001:db8::5",
      __meta_dockerswarm_node_engine_version: "28.0.1",
    },
  ]);
  expect(requests).toEqual(["HEAD /_ping", "GET /v1.44/nodes"]);
});

const TASK = {
  ID: "t1",
  ServiceID: "s1",
  NodeID: "n1",
  Slot: 2,
  DesiredState: "running",
  Spec: { ContainerSpec: { Labels: { "com.example.team": "b" } } },
  Status: {
    State: "starting",
    ContainerStatus: { ContainerID: "c1" },
    PortStatus: { Ports: [{ Protocol: "tcp", PublishedPort: 8080, PublishMode: "host" }, UDP_PORT] },
  },
  NetworksAttachments: [{ Network: { ID: "ov" }, Addresses: ["10.0.1.7/24"] }],
};
const TASK_LABELS = {
  __meta_dockerswarm_task_id: "t1",
  __meta_dockerswarm_task_desired_state: "running",
  __meta_dockerswarm_task_state: "starting",
  __meta_dockerswarm_task_container_id: "c1",
  __meta_dockerswarm_task_slot: "2",
  __meta_dockerswarm_container_label_com_example_team: "b",
  ...SERVICE,
  ...NODE,
};

test("a task is found at the ports of its node, and in its networks at those of its service", async () => {
  const answers = { "/tasks": [TASK], "/services": [service({}, {})], "/nodes": [MANAGER] };
  const { targets, requests } = await found(answers, "role: tasks\nfilters: [{name: desired-state, values: [running]}]");
  expect(targets).toEqual([
    { __address__: "192.0.2.1:8080", __meta_dockerswarm_task_port_publish_mode: "host", ...TASK_LABELS },
    { __address__: "10.0.1.7:19100", __meta_dockerswarm_task_port_publish_mode: "ingress", ...TASK_LABELS, ...BACKEND },
  ]);
  expect(requests).toEqual([
    "HEAD /_ping",
    "GET /v1.44/tasks?filters=%7B%22desired-state%22%3A%7B%22running%22%3Atrue%7D%7D",
    "GET /v1.44/services",
    "GET /v1.44/nodes",
    "GET /v1.44/networks",
  ]);
});

test.each([
  {
    why: "a task of a service that is gone has the configured port, and of a node that is gone no host",
    task: {},
    want: [":8080", "10.0.1.7:81"],
  },
  { why: "a task without networks and ports is no target", task: { Status: {}, NetworksAttachments: null }, want: [] },
  {
    why: "each address is a target",
    task: { Status: {}, NetworksAttachments: [{ Network: { ID: "ov" }, Addresses: ["10.0.1.7/24", "", "fd00::7/64"] }] },
    want: ["10.0.1.7:81", "[fd00::7]:81"],
  },
])("tasks: $why", async ({ task, want }) => {
  const { targets } = await found({ "/tasks": [{ ...TASK, ...task }] }, "role: tasks\nport: 81");
  expect(targets.map(({ __address__: address }) => address)).toEqual(want);
});
