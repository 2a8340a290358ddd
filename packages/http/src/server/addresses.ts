/** Where to listen. */
export interface ListenAddress {
  /** Undefined is every address of the machine. */
  readonly host: string | undefined;
  readonly port: number;
}

/** Reads `:9090`, `0.0.0.0:9090`, `localhost:9090` or `[::1]:9090`. Throws a RangeError that names the address. */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw new RangeError(`cannot listen on "${text}": it is not an address such as 0.0.0.0:9090`);
  const host = match[1] ?? match[2];
  return { host: host === "" ? undefined : host, port };
}
