import { isIP, type Socket } from "node:net";
import { hostPort } from "../endpoint.ts";
import { HttpClientError } from "../http-client-error.ts";

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const USER_AND_PASSWORD = 2;
const NONE_ACCEPTABLE = 0xff;
const CONNECT = 1;
const ADDRESS_BYTES: Readonly<Record<number, number>> = { 1: 4, 4: 16 };
const DOMAIN_NAME = 3;

/** RFC 1928, section 6, in the words of golang.org/x/net/internal/socks. */
const REPLIES: readonly string[] = [
  "succeeded",
  "general SOCKS server failure",
  "connection not allowed by ruleset",
  "network unreachable",
  "host unreachable",
  "connection refused",
  "TTL expired",
  "command not supported",
  "address type not supported",
];

/**
 * Asks the SOCKS 5 proxy at the other end of `socket` for a connection (RFC 1928, RFC 1929). Names are resolved by the proxy, as Go has it.
 * Rejects with HttpClientError; the socket is closed then.
 */
export async function openSocksTunnel(
  socket: Socket,
  { host, port }: { readonly host: string; readonly port: number },
  user: { readonly name: string; readonly password: string } | undefined,
): Promise<Socket> {
  const read = socketReader(socket);
  const path = `tcp ${hostPort(socket.remoteAddress ?? "", socket.remotePort ?? 0)}->${hostPort(host, port)}`;
  try {
    const methods = user === undefined ? [NO_AUTHENTICATION] : [NO_AUTHENTICATION, USER_AND_PASSWORD];
    socket.write(Uint8Array.of(VERSION, methods.length, ...methods));
    const [version, method] = await read(2);
    if (version !== VERSION) throw failure(`unexpected protocol version ${version}`);
    if (method === NONE_ACCEPTABLE) throw failure("no acceptable authentication methods");
    if (method === USER_AND_PASSWORD && user !== undefined) await authenticate(socket, read, user);
    socket.write(Buffer.concat([Uint8Array.of(VERSION, CONNECT, 0), addressBytes(host), Uint8Array.of(port >> 8, port & 0xff)]));
    await readReply(read);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error instanceof SocksFailure ? new HttpClientError("network", `socks connect ${path}: ${error.message}`) : error;
  }
}

class SocksFailure extends Error {}

type Read = (sizeBytes: number) => Promise<Uint8Array>;

async function authenticate(socket: Socket, read: Read, user: { readonly name: string; readonly password: string }): Promise<void> {
  const name = Buffer.from(user.name);
  const password = Buffer.from(user.password);
  if (name.length === 0 || name.length > 255 || password.length > 255) throw failure("invalid username/password");
  socket.write(Buffer.concat([Uint8Array.of(1, name.length), name, Uint8Array.of(password.length), password]));
  const [version, status] = await read(2);
  if (version !== 1) throw failure("invalid username/password version");
  if (status !== 0) throw failure("username/password authentication failed");
}

async function readReply(read: Read): Promise<void> {
  const [version, reply, , type] = await read(4);
  if (version !== VERSION) throw failure(`unexpected protocol version ${version}`);
  if (reply !== 0) throw failure(`unknown error ${REPLIES[reply] ?? `unknown code: ${reply}`}`);
  const size = type === DOMAIN_NAME ? (await read(1))[0] : ADDRESS_BYTES[type];
  if (size === undefined) throw failure("unknown address type");
  await read(size + 2);
}

function addressBytes(host: string): Uint8Array {
  const version = isIP(host);
  if (version === 4) return Uint8Array.of(1, ...host.split(".").map(Number));
  if (version === 6) return Buffer.concat([Uint8Array.of(4), ipv6Bytes(host)]);
  const name = Buffer.from(host);
  if (name.length > 255) throw failure("FQDN too long");
  return Buffer.concat([Uint8Array.of(DOMAIN_NAME, name.length), name]);
}

/** The parser of URLs brings any spelling to groups of hexadecimal digits. */
function ipv6Bytes(address: string): Uint8Array {
  const [before, after = ""] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const left = before === "" ? [] : before.split(":");
  const right = after === "" ? [] : after.split(":");
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => "0"), ...right];
  return Buffer.concat(groups.map((group) => Buffer.from(group.padStart(4, "0"), "hex")));
}

/** Reads exactly as many bytes as are asked for, and leaves the rest to whoever reads next. */
function socketReader(socket: Socket): Read {
  return (sizeBytes) =>
    new Promise((resolve, reject) => {
      const done = (): void => {
        socket.off("readable", look);
        socket.off("end", ended);
        socket.off("error", failed);
      };
      const ended = (): void => {
        done();
        reject(failure("unexpected EOF"));
      };
      const failed = (error: Error): void => {
        done();
        reject(error);
      };
      const look = (): void => {
        const bytes = socket.read(sizeBytes) as Uint8Array | null;
        if (bytes === null) return;
        done();
        resolve(bytes);
      };
      socket.on("readable", look);
      socket.on("end", ended);
      socket.on("error", failed);
      look();
    });
}

function failure(reason: string): SocksFailure {
  return new SocksFailure(reason);
}
