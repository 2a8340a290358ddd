import { isIP } from "node:net";

/** The host of an address, its port taken off; a text that is no address with a port stays as it is. */
export function stripPort(address: string): string {
  return splitPort(address)?.host ?? address;
}

/** The host without its domain; addresses stay. */
export function stripDomain(address: string): string {
  const parts = splitPort(address);
  const host = parts?.host ?? address;
  if (isIP(host) !== 0) return address;
  const first = host.split(".")[0];
  return parts === undefined || parts.port === "" ? first : `${first}:${parts.port}`;
}

function splitPort(address: string): { readonly host: string; readonly port: string } | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(address);
  return match === null ? undefined : { host: match[1] ?? match[2], port: match[3] };
}
