import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** What answers a request: an express app, or what stands before it. */
export type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** The open connections of a service, over all addresses that it listens on. */
export interface Connections {
  readonly watch: (server: Server) => void;
  /** Counts the requests that run. */
  readonly counted: (handler: Handler) => Handler;
  /** The TCP socket below a TLS one; undefined when it is closed. */
  readonly below: (socket: Socket) => Socket | undefined;
  /** From now on, a connection ends with its last answer; those without a request end at once. */
  readonly drain: () => void;
  readonly destroyAll: () => void;
}

interface Connection {
  readonly socket: Socket;
  readonly server: Server;
  running: number;
}

/**
 * Knows every connection from the moment it was accepted, TLS handshakes included (which `http.Server` itself knows nothing of).
 * Beyond `max` new ones are closed at once.
 */
export function createConnections(max: number = Infinity): Connections {
  const servers = new Map<Server, number>();
  const open = new Map<string, Connection>();
  let isDraining = false;

  /** The limit is for all servers together, but each can only be given one of its own. */
  function setLimits(): void {
    if (max === Infinity) return;
    // 0 would be no limit.
    for (const [server, count] of servers) server.maxConnections = count + max - open.size || -1;
  }

  function count(server: Server, change: number): void {
    servers.set(server, (servers.get(server) ?? 0) + change);
    setLimits();
  }

  function accept(server: Server, socket: Socket): void {
    const key = keyOf(socket);
    // A client that has left already has no address any more.
    if (key === undefined) return void socket.destroy();
    open.set(key, { socket, server, running: 0 });
    count(server, 1);
    socket.once("close", () => {
      if (open.get(key)?.socket !== socket) return;
      open.delete(key);
      count(server, -1);
    });
    if (isDraining) socket.destroy();
  }

  return {
    watch(server) {
      servers.set(server, 0);
      setLimits();
      server.on("connection", (socket: Socket) => accept(server, socket));
    },
    counted: (handler) => (req, res) => {
      const connection = open.get(keyOf(req.socket) ?? "");
      if (connection !== undefined) connection.running++;
      // HTTP/2 tells it by a frame of its own.
      const isHttp1 = req.httpVersionMajor < 2;
      if (isDraining && isHttp1) res.setHeader("Connection", "close");
      res.once("close", () => {
        if (connection === undefined) return;
        connection.running--;
        // The socket of the request is the TLS one, which has to write its rest before the one below may end.
        if (isDraining && isHttp1 && connection.running === 0) req.socket.destroySoon();
      });
      handler(req, res);
    },
    below: (socket) => open.get(keyOf(socket) ?? "")?.socket,
    drain() {
      isDraining = true;
      for (const { socket, running } of open.values()) if (running === 0) socket.destroy();
    },
    destroyAll() {
      for (const { socket } of open.values()) socket.destroy();
    },
  };
}

/** A TLS socket and the TCP socket below it are two objects of one connection: only its addresses tell that. */
function keyOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string | undefined {
  return remotePort === undefined ? undefined : `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
