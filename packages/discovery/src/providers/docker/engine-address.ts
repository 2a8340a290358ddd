/** Where an engine listens. */
export interface EngineAddress {
  /** What paths of the API are put behind: `http://10.0.0.1:2375`, without a slash at the end. */
  readonly baseUrl: string;
  /** The socket that is dialled instead of the address. */
  readonly socketPath: string | undefined;
  /** Whether the section's HTTP client speaks with it. Sockets and `tcp` have a plain one, without TLS and credentials. */
  readonly isWeb: boolean;
}

/** The name of an engine on this machine, as in the Host header of Docker's own client. */
const LOCAL_HOST = "api.moby.localhost";

/** What a socket's address has room for on Linux. */
const MAX_SOCKET_PATH_BYTES = 108;

/**
 * Reads `unix:///var/run/docker.sock`, `tcp://host:2375`, `http://…` or `https://…`; other schemes stand for `tcp`, as in Docker's client
 * (moby/client `ParseHostURL`). Throws an error for the log where nothing can be dialled.
 */
export function readEngineAddress(host: string): EngineAddress {
  const [, scheme = "", address = ""] = /^(.*?):\/\/(.+)$/s.exec(host) ?? [];
  if (address === "") throw new Error(`unable to parse docker host \`${host}\``);
  if (scheme === "npipe") throw new Error("named pipes (npipe://) are of Windows alone: use unix://, tcp://, http:// or https://");
  if (scheme === "unix") return { baseUrl: `http://${LOCAL_HOST}`, socketPath: socketPathOf(address), isWeb: false };
  const isWeb = /^https?$/i.test(scheme);
  const url = isWeb ? host : `http://${address}`;
  return { baseUrl: url.replace(/[?#].*$/s, "").replace(/\/+$/, ""), socketPath: undefined, isWeb };
}

function socketPathOf(path: string): string {
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) throw new Error(`unix socket path ${JSON.stringify(path)} is too long`);
  // An `@` stands for an abstract socket, which has no file.
  return path.startsWith("@") ? `\0${path.slice(1)}` : path;
}
