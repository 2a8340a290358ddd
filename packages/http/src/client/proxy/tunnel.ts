import { request } from "node:http";
import type { Socket } from "node:net";
import { HttpClientError } from "../http-client-error.ts";

/** Headers of a CONNECT request, each with its values. */
export type ConnectHeaders = Readonly<Record<string, string | readonly string[]>>;

/** As long may a proxy take to answer, as in net/http. */
const CONNECT_TIMEOUT_MS = 60_000;

/**
 * Asks the proxy at the other end of `socket` for a connection to `address` (`host:port`; RFC 9110, section 9.3.6). Afterwards the socket
 * leads there. Rejects with the words of the proxy's answer, as Go does; the socket is closed then.
 */
export function openTunnel(socket: Socket, address: string, headers: ConnectHeaders): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const asked = request({
      createConnection: () => socket,
      method: "CONNECT",
      path: address,
      headers: { host: address, ...headers } as Record<string, string | string[]>,
    });
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new HttpClientError("network", "context deadline exceeded")), CONNECT_TIMEOUT_MS);
    // The connection is to stay, and a proxy that hears "close" may take it at its word.
    asked.removeHeader("connection");
    asked.on("error", fail);
    asked.once("connect", ({ statusCode, statusMessage = "" }, connected: Socket, rest) => {
      clearTimeout(timer);
      if (statusCode !== 200) return fail(new HttpClientError("network", statusMessage || "unknown status code"));
      if (rest.length > 0) connected.unshift(rest);
      resolve(connected);
    });
    asked.end();
  });
}
