import { createServer as createHttpServer, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Logger } from "@ferula/logging";
import type { Express } from "express";
import { openWebFile, type WebFile } from "../web-file/web-file.ts";
import { formatAddress, parseListenAddress, reachableAddress, type ListenAddress } from "./addresses.ts";
import { createConnections, type Connections, type Handler } from "./connections.ts";
import { finishApp } from "./create-app.ts";

/** What to serve, and where. */
export interface ListenOptions {
  readonly app: Express;
  /** As in `--web.listen-address`. */
  readonly addresses: readonly string[];
  /** As in `--web.config.file`; "" is none. */
  readonly webConfigFile: string;
  readonly logger: Logger;
  /** Closes, as `close` does, when it aborts. */
  readonly signal?: AbortSignal;
  /** How many connections there may be at a time, over all addresses; absent, as many as come. More are closed at once. */
  readonly maxConnections?: number;
  /** How long a request may take to arrive, and a connection may stay idle. */
  readonly readTimeoutMs?: number;
  /** The flag that a message about a taken port names. */
  readonly flag?: string;
}

/** A service that listens. */
export interface Listening {
  /** The addresses with the ports that the system chose: `127.0.0.1:9090`, `[::]:9090`. */
  readonly addresses: readonly string[];
  /** The same as URLs that a client on this machine can reach: `http://127.0.0.1:9090`. */
  readonly urls: readonly string[];
  /** Takes no more requests and finishes those that run, but waits no longer than `deadlineMs` (default: 5 s). */
  readonly close: (deadlineMs?: number) => Promise<void>;
}

/** A request line and headers may hold a query of this size: Go's limit. */
const MAX_HEADER_BYTES = 1 << 20;

/** Headers come at once or not at all: a client that drips them holds a connection. */
const HEADERS_TIMEOUT_MS = 10_000;

const DEFAULT_READ_TIMEOUT_MS = 300_000;
const DEFAULT_CLOSE_DEADLINE_MS = 5000;

/** Listens on every address, or on none: when one can't be had, the others are given back and the error says which, and why. */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { app, addresses, webConfigFile, logger, signal, maxConnections, flag = "--web.listen-address" } = options;
  if (addresses.length === 0) throw new Error(`cannot listen: no address was given by ${flag}`);
  const wanted = addresses.map(parseListenAddress);
  finishApp(app, logger);
  const webFile = webConfigFile === "" ? undefined : openWebFile(webConfigFile, logger);
  const connections = createConnections(maxConnections);
  const servers: Server[] = [];
  async function close(deadlineMs: number = DEFAULT_CLOSE_DEADLINE_MS): Promise<void> {
    const closed = Promise.all(servers.map(closeServer));
    connections.drain();
    const deadline = setTimeout(connections.destroyAll, deadlineMs);
    await closed;
    clearTimeout(deadline);
  }
  try {
    for (const address of wanted) servers.push(await listenOn(address, createServer(options, webFile, connections), flag));
  } catch (error) {
    await close(0);
    throw error;
  }
  for (const server of servers) server.on("error", (error) => logger.error("Unable to take a connection", { err: error }));
  const isTls = webFile?.isTls() ?? false;
  const bound = servers.map((server) => server.address() as AddressInfo);
  for (const address of bound.map(formatAddress)) {
    logger.info("Listening on", { address });
    logger.info(isTls ? "TLS is enabled." : "TLS is disabled.", { http2: false, address });
  }
  const abort = (): void => void close();
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort, { once: true });
  return {
    addresses: bound.map(formatAddress),
    urls: bound.map((address) => `${isTls ? "https" : "http"}://${reachableAddress(address)}`),
    close(deadlineMs) {
      signal?.removeEventListener("abort", abort);
      return close(deadlineMs);
    },
  };
}

function createServer(
  { app, readTimeoutMs = DEFAULT_READ_TIMEOUT_MS }: ListenOptions,
  webFile: WebFile | undefined,
  connections: Connections,
): Server {
  const handler = connections.counted(webFile === undefined ? app : webFile.guard(app));
  const options = { maxHeaderSize: MAX_HEADER_BYTES };
  const server = webFile?.isTls() ? createTlsServer(webFile, options, handler, connections) : createHttpServer(options, handler);
  connections.watch(server);
  server.headersTimeout = Math.min(HEADERS_TIMEOUT_MS, readTimeoutMs);
  server.requestTimeout = readTimeoutMs;
  server.keepAliveTimeout = readTimeoutMs;
  return server;
}

/** What Go says to a client that speaks plain HTTP to a TLS port. */
const PLAIN_HTTP_ANSWER = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";

function createTlsServer(
  webFile: WebFile,
  options: { readonly maxHeaderSize: number },
  handler: Handler,
  connections: Connections,
): Server {
  const server = createHttpsServer({ ...options, ...webFile.tlsOptions() }, handler);
  // A connection comes before its handshake: a renewed certificate is used by the very next client.
  server.prependListener("connection", () => {
    const changed = webFile.changedTls();
    if (changed !== undefined) server.setSecureContext(changed);
  });
  server.prependListener("secureConnection", (socket: TLSSocket) => {
    if (!webFile.acceptsClient(socket)) socket.destroy();
  });
  server.on("tlsClientError", (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    const below = connections.below(socket);
    if (error.code === "ERR_SSL_HTTP_REQUEST") below?.end(PLAIN_HTTP_ANSWER, () => below.destroy());
  });
  return server;
}

function listenOn({ host, port }: ListenAddress, server: Server, flag: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const address = host === undefined ? `:${port}` : formatAddress({ address: host, port });
      reject(new Error(`cannot listen on ${address}: ${reasonNotToListen(error, flag)}`, { cause: error }));
    };
    server.once("error", fail);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off("error", fail);
      resolve(server);
    });
  });
}

function reasonNotToListen(error: NodeJS.ErrnoException, flag: string): string {
  switch (error.code) {
    case "EADDRINUSE":
      return `the port is in use by another program; choose another with ${flag}`;
    case "EACCES":
      return `this user may not use the port; choose another with ${flag}`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return "the machine has no such address";
    default:
      return error.message;
  }
}

/** Ends when the last connection has. A server that is closed already has ended. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
