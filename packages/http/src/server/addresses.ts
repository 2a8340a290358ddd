import { isIPv6, type AddressInfo } from "node:net";

/** Where to listen. */
export interface ListenAddress {
  /** Undefined is every address of the machine. */
  readonly host: string | undefined;
  readonly port: number;
}

/** What Go takes for every address of the machine, of both families (net.Listen). */
const UNSPECIFIED: ReadonlySet<string> = new Set(["", "0.0.0.0", "::"]);

/** Reads `:9090`, `0.0.0.0:9090`, `localhost:9090` or `[::1]:9090`. Throws a RangeError that names the address. */
export function parseListenAddress(text: string): ListenAddress {
  if (text.startsWith("vsock://")) throw new RangeError(`cannot listen on "${text}": vsock is not supported`);
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw new RangeError(`cannot listen on "${text}": it is not an address such as 0.0.0.0:9090`);
  const host = match[1] ?? match[2];
  return { host: UNSPECIFIED.has(host) ? undefined : host, port };
}

/** `127.0.0.1:9090` or `[::1]:9090`. */
export function formatAddress({ address, port }: Pick<AddressInfo, "address" | "port">): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

/** An address that a client on this machine can connect to: nobody can connect to "every address". */
export function reachableAddress({ address, port }: Pick<AddressInfo, "address" | "port">): string {
  return address === "::" || address === "0.0.0.0" ? `localhost:${port}` : formatAddress({ address, port });
}
