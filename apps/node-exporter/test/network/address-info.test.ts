import type { NetworkInterfaceInfo } from "node:os";
import { expect, test } from "@jest/globals";
import { addressFamily } from "../../src/network/address-info.ts";

const v4 = (address: string, prefix: number): NetworkInterfaceInfo => ({
  address,
  cidr: `${address}/${prefix}`,
  family: "IPv4",
  internal: false,
  mac: "00:00:00:00:00:00",
  netmask: "",
});

test("each address has the length of its prefix and its scope; ignored devices are left out", () => {
  const interfaces = {
    lo: [v4("127.0.0.1", 8), v4("::1", 128)],
    eth0: [v4("10.0.0.7", 24), v4("fe80::1", 64)],
    veth: [v4("10.1.0.1", 16)],
  };
  expect(addressFamily(interfaces, (device) => device === "veth").metrics.map(({ labels }) => labels.join(" "))).toEqual([
    "address 127.0.0.1 device lo netmask 8 scope link-local",
    "address ::1 device lo netmask 128 scope link-local",
    "address 10.0.0.7 device eth0 netmask 24 scope global",
    "address fe80::1 device eth0 netmask 64 scope link-local",
  ]);
});
