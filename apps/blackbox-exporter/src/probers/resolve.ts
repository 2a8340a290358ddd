import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { Gauge, type Registry } from "@ferula/client";

/** The choice of a module among the addresses of a name. */
export interface ResolveOptions {
  readonly preferred_ip_protocol: "" | "ip4" | "ip6";
  readonly ip_protocol_fallback: boolean;
}

/** An address, and how long it took to find it. */
export interface Resolved {
  readonly address: string;
  readonly family: 4 | 6;
  readonly seconds: number;
}

/** As `chooseAddress`, and tells how long it took and what was chosen. The metrics are there also when nothing is found. */
export async function resolveTarget(host: string, options: ResolveOptions, registry: Registry): Promise<Resolved> {
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers: [registry] });
  const lookupSeconds = gauge("probe_dns_lookup_time_seconds", "Returns the time taken for probe dns lookup in seconds");
  const protocol = gauge("probe_ip_protocol", "Specifies whether probe ip protocol is IP4 or IP6");
  const hash = gauge("probe_ip_addr_hash", "Specifies the hash of IP address. It's useful to detect if the IP address changes.");
  const startedMs = performance.now();
  try {
    const resolved = await chooseAddress(host, options);
    protocol.set(resolved.family);
    hash.set(addressHash(resolved.address, resolved.family));
    return resolved;
  } finally {
    lookupSeconds.set((performance.now() - startedMs) / 1000);
  }
}

/** The address to probe: the first of the preferred family (IPv6 unless told otherwise), or the last of the other when falling back is allowed. */
export async function chooseAddress(
  host: string,
  { preferred_ip_protocol: preferred, ip_protocol_fallback: fallback }: ResolveOptions,
): Promise<Resolved> {
  const startedMs = performance.now();
  const wanted = preferred === "ip4" ? 4 : 6;
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  const found = isIP(bare) === 0 ? await lookup(bare, { all: true, order: "verbatim" }) : [{ address: bare, family: isIP(bare) }];
  const chosen = found.find(({ family }) => family === wanted) ?? (fallback ? found.at(-1) : undefined);
  if (chosen === undefined) throw new Error(`unable to find ip; no address of IPv${wanted} for ${host}, and no fallback is allowed`);
  return { address: chosen.address, family: chosen.family === 6 ? 6 : 4, seconds: (performance.now() - startedMs) / 1000 };
}

/** FNV-1a, 32 bits, over the bytes of an address. */
function addressHash(address: string, family: 4 | 6): number {
  let hash = 0x811c9dc5;
  for (const byte of family === 4 ? address.split(".").map(Number) : ipv6Bytes(address)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

function ipv6Bytes(address: string): number[] {
  const bare = address.split("%")[0];
  const withoutV4 = bare.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_, a: string, b: string, c: string, d: string) => `${hex(a, b)}:${hex(c, d)}`,
  );
  const [before, after] = withoutV4.split("::", 2);
  const head = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  const middle = after === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return [...head, ...middle, ...tail].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

function hex(high: string, low: string): string {
  return (Number(high) * 256 + Number(low)).toString(16);
}
