import { expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import type { FakeObject } from "../fake-api.ts";
import { apiWith, discovered, groupsOf } from "../support.ts";

function nodeObject(name: string, addresses: readonly object[], more: object = {}): FakeObject {
  return {
    metadata: { name, labels: { "kubernetes.io/os": "linux" }, annotations: { "node.alpha/ttl": "0" } },
    spec: { providerID: `aws:///eu/${name}` },
    status: {
      addresses,
      conditions: [
        { type: "Ready", status: "True" },
        { type: "Disk.Pressure", status: "Unknown" },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      ...more,
    },
  };
}

const address = (type: string, text: string): object => ({ type, address: text });

test("a node's kubelet is a target, and tells the first address of each type", async () => {
  const addresses = [
    address("Hostname", "host-1"),
    address("InternalIP", "10.0.0.1"),
    address("InternalIP", "fd00::1"),
    address("Odd-Type", "x"),
  ];
  expect(await groupsOf({ nodes: [nodeObject("node-1", addresses)] }, "role: node")).toEqual({
    "node/node-1": {
      labels: {
        node_name: "node-1",
        node_provider_id: "aws:///eu/node-1",
        node_label_kubernetes_io_os: "linux",
        node_labelpresent_kubernetes_io_os: "true",
        node_annotation_node_alpha_ttl: "0",
        node_annotationpresent_node_alpha_ttl: "true",
        node_condition_ready: "true",
        node_condition_disk_pressure: "unknown",
      },
      targets: [
        {
          __address__: "10.0.0.1:10250",
          instance: "node-1",
          node_address_Hostname: "host-1",
          node_address_InternalIP: "10.0.0.1",
          node_address_Odd_Type: "x",
        },
      ],
    },
  });
});

const ORDER = ["InternalIP", "InternalDNS", "ExternalIP", "ExternalDNS", "LegacyHostIP", "Hostname"];

test.each(ORDER.map((best, i) => ({ best, worse: ORDER.slice(i + 1) })))("$best is taken before $worse", async ({ best, worse }) => {
  const addresses = [...worse.map((type) => address(type, "worse")), address(best, "best")];
  const groups = await groupsOf({ nodes: [nodeObject("n", addresses)] }, "role: node");
  expect(groups["node/n"].targets[0]).toMatchObject({ __address__: "best:10250" });
});

test("an IPv6 address stands in brackets, and a kubelet without a port has 0", async () => {
  const node = nodeObject("n", [address("InternalIP", "fd00::1")], { daemonEndpoints: {} });
  expect((await groupsOf({ nodes: [node] }, "role: node"))["node/n"].targets).toMatchObject([{ __address__: "[fd00::1]:0" }]);
});

test("a node without an address is not told, and a warning names it", async () => {
  const api = await apiWith({ nodes: [nodeObject("n", [])] });
  const { groups, logs } = await discovered(`{api_server: '${api.url}', role: node}`);
  expect([...groups]).toEqual([]);
  expect(logs.join("")).toMatch(/level=WARN.*No node address found.*node=n/i);
});

test("a node that loses its address keeps its target, and one that goes has none", async () => {
  const api = await apiWith({ nodes: [nodeObject("n", [address("InternalIP", "10.0.0.1")])] });
  const { groups, logs } = await discovered(`{api_server: '${api.url}', role: node}`);
  api.put("nodes", nodeObject("n", []));
  await eventually(() => logs.some((line) => line.includes("No node address found")));
  expect(groups.get("node/n")?.targets).toHaveLength(1);
  api.remove("nodes", "", "n");
  await eventually(() => groups.get("node/n")?.targets.length === 0);
});
