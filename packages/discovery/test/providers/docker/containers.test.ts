import { expect, test } from "@jest/globals";
import { findIn } from "./support.ts";

const NETWORKS = [{ Id: "net1", Name: "front", Scope: "local", Internal: false, Ingress: true, Labels: { "com.example/tier": "edge" } }];

/** The labels of the network `net1`. */
const FRONT = {
  __meta_docker_network_id: "net1",
  __meta_docker_network_name: "front",
  __meta_docker_network_scope: "local",
  __meta_docker_network_internal: "false",
  __meta_docker_network_ingress: "true",
  __meta_docker_network_label_com_example_tier: "edge",
};

function container(changes: object): object {
  return {
    Id: "c1",
    Names: ["/web", "/other/web"],
    Labels: { "com.example.job": "shop", ünï: "x" },
    Ports: [{ PrivatePort: 9100, Type: "tcp" }],
    HostConfig: { NetworkMode: "front" },
    NetworkSettings: { Networks: { front: { NetworkID: "net1", IPAddress: "10.1.0.2", GlobalIPv6Address: "" } } },
    ...changes,
  };
}

function inNetworks(...names: readonly string[]): object {
  const networks = names.map((name) => [name, { NetworkID: name, IPAddress: `10.${name.length}.0.1` }] as const);
  return { NetworkSettings: { Networks: Object.fromEntries(networks) } };
}

async function targetsOf(containers: unknown, fields?: string) {
  const { targets, logs, source } = await findIn("docker", { "/containers/json": containers, "/networks": NETWORKS }, fields);
  expect(logs).toBe("");
  expect(source).toBe("Docker");
  return targets ?? [];
}

test("a target has the labels of its container, its network and its port", async () => {
  const published = { IP: "0.0.0.0", PrivatePort: 9100, PublicPort: 32_768, Type: "tcp" };
  expect(await targetsOf([container({ Ports: [published] })])).toEqual([
    {
      __address__: "10.1.0.2:9100",
      __meta_docker_container_id: "c1",
      __meta_docker_container_name: "/web",
      __meta_docker_container_network_mode: "front",
      __meta_docker_container_label_com_example_job: "shop",
      __meta_docker_container_label__n_: "x",
      __meta_docker_network_ip: "10.1.0.2",
      __meta_docker_port_private: "9100",
      __meta_docker_port_public: "32768",
      __meta_docker_port_public_ip: "0.0.0.0",
      ...FRONT,
    },
  ]);
});

test.each([
  {
    why: "each TCP port is a target",
    change: { Ports: [1, 2].map((PrivatePort) => ({ PrivatePort, Type: "tcp" })) },
    want: ["10.1.0.2:1", "10.1.0.2:2"],
  },
  {
    why: "others are none",
    change: {
      Ports: [
        { PrivatePort: 1, Type: "udp" },
        { PrivatePort: 2, Type: "tcp" },
      ],
    },
    want: ["10.1.0.2:2"],
  },
  {
    why: "without TCP ports there is one at the configured port",
    change: { Ports: [{ PrivatePort: 1, Type: "udp" }] },
    want: ["10.1.0.2:81"],
  },
  { why: "null is as good as nothing", change: { Ports: null, Labels: null }, want: ["10.1.0.2:81"] },
  {
    why: "on the host's network the configured host counts",
    change: { HostConfig: { NetworkMode: "host" }, Ports: [] },
    want: ["gateway"],
  },
  { why: "a container without a name is none", change: { Names: [] }, want: [] },
  { why: "nor is one without a network", change: { NetworkSettings: { Networks: {} } }, want: [] },
  { why: "nor one whose engine tells nothing of networks", change: { NetworkSettings: null }, want: [] },
  {
    why: "a network without an address leaves the host empty",
    change: { NetworkSettings: { Networks: { none: { IPAddress: "" } } } },
    want: [":9100"],
  },
  {
    why: "an IPv6 address stands in brackets, in its shortest form",
    change: { NetworkSettings: { Networks: { front: { IPAddress: "", GlobalIPv6Address: "FD00:0:0::0007" } } } },
    want: ["[fd00::7]:9100"],
  },
  {
    why: "IPv4 comes first",
    change: { NetworkSettings: { Networks: { front: { IPAddress: "10.0.0.1", GlobalIPv6Address: "fd00::7" } } } },
    want: ["10.0.0.1:9100"],
  },
  { why: "of several networks the first by name counts", change: inNetworks("ccc", "bb"), want: ["10.2.0.1:9100"] },
  {
    why: "a network that is null doesn't",
    change: { NetworkSettings: { Networks: { a: null, b: { IPAddress: "10.0.0.9" } } } },
    want: ["10.0.0.9:9100"],
  },
])("$why", async ({ change, want }) => {
  const targets = await targetsOf([container(change)], "port: 81\nhost_networking_host: gateway");
  expect(targets.map(({ __address__: address }) => address)).toEqual(want);
});

test("each network counts if that is asked for", async () => {
  const targets = await targetsOf([container(inNetworks("ccc", "bb", "a"))], "match_first_network: false");
  expect(targets.map(({ __address__: address }) => address)).toEqual(["10.1.0.1:9100", "10.2.0.1:9100", "10.3.0.1:9100"]);
});

test("a container that shares another's network is found there, also by way of a third", async () => {
  const sharing = (id: string, other: string): object =>
    container({ Id: id, Names: [`/${id}`], HostConfig: { NetworkMode: `container:${other}` }, NetworkSettings: { Networks: {} } });
  const targets = await targetsOf([
    container({}),
    sharing("c2", "c1"),
    sharing("c3", "c2"),
    sharing("c4", "gone"),
    sharing("c5", "c6"),
    sharing("c6", "c5"),
  ]);
  expect(
    targets.map((target) => [target["__meta_docker_container_name"], target["__address__"], target["__meta_docker_network_name"]]),
  ).toEqual([
    ["/web", "10.1.0.2:9100", "front"],
    ["/c2", "10.1.0.2:9100", "front"],
    ["/c3", "10.1.0.2:9100", "front"],
  ]);
});
