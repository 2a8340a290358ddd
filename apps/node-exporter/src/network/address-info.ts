import type { NetworkInterfaceInfo } from "node:os";
import { add, gauge, type ScalarDraft } from "../scalar-family.ts";

/** Interfaces by name, as os.networkInterfaces() tells them. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/** The addresses of the interfaces, each with the length of its prefix and how far it reaches. */
export function addressFamily(interfaces: Interfaces, isIgnored: (device: string) => boolean): ScalarDraft {
  const family = gauge("node_network_address_info", "node network address by device");
  for (const [device, addresses = []] of Object.entries(interfaces)) {
    if (isIgnored(device)) continue;
    for (const { address, cidr } of addresses) {
      const netmask = cidr?.slice(cidr.indexOf("/") + 1) ?? "";
      add(family, 1, ["address", address, "device", device, "netmask", netmask, "scope", scopeOf(address)]);
    }
  }
  return family;
}

/** Loopback addresses reach no further than the link either. */
function scopeOf(address: string): "global" | "link-local" | "interface-local" {
  if (/^ff.1:/i.test(address)) return "interface-local";
  return /^(?:127\.|169\.254\.|224\.0\.0\.|::1$|fe[89ab].:|ff.2:)/i.test(address) ? "link-local" : "global";
}
