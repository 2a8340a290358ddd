import { createServer as createHttpServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "@ferula/logging";
import type { Express } from "express";
import { openWebFile, type WebFile } from "../web-file/web-file.ts";
import { formatAddress, parseListenAddress, reachableAddress, type ListenAddress } from "./addresses.ts";
import { createConnections, type Connections, type Handler } from "./connections.ts";
import { finishApp } from "./create-app.ts";
import { MAX_HEADER_BYTES } from "./header-limit.ts";
import { http2App } from "./http2-app.ts";
import { createHttp2Sessions } from "./http2-sessions.ts";
import { takeInheritedSockets } from "./inherited-sockets.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { refuseAmbiguous } from "./refuse-ambiguous.ts";
import { createTlsServer } from "./tls-server.ts";

/** What to serve, and where. */
export interface ListenOptions {
  readonly app: Express;
  /** As in `--web.listen-address`. */
  readonly addresses: readonly string[];
  /** As in `--web.systemd-socket`: listens on the sockets that systemd has opened instead. Default: false. */
  readonly isSystemdSocket?: boolean;
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

/** Headers come at once or not at all: a client that drips them holds a connection. */
const HEADERS_TIMEOUT_MS = 10_000;

/** How often connections are looked through for those that have had their time. */
const CHECK_INTERVAL_MS = 1000;

const DEFAULT_FLAG = "--web.listen-address";

const DEFAULT_READ_TIMEOUT_MS = 300_000;
const DEFAULT_CLOSE_DEADLINE_MS = 5000;

/** Listens on every address, or on none: when one can't be had, the others are given back and the error says which, and why. */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { app, webConfigFile, logger, signal, maxConnections } = options;
  const places = placesOf(options);
  finishApp(app, logger);
  const webFile = webConfigFile === "" ? undefined : openWebFile(webConfigFile, logger);
  const connections = createConnections(maxConnections);
  const service = createService(options, webFile, connections);
  const servers: Server[] = [];
  async function close(deadlineMs: number = DEFAULT_CLOSE_DEADLINE_MS): Promise<void> {
    const closed = Promise.all(servers.map(closeServer));
    service.drain();
    connections.drain();
    const deadline = setTimeout(connections.destroyAll, deadlineMs);
    await closed;
    clearTimeout(deadline);
    await webFile?.close();
  }
  try {
    for (const place of places) servers.push(await listenOn(place, service.createServer(), options.flag));
  } catch (error) {
    await close(0);
    throw error;
  }
  for (const server of servers) server.on("error", (error) => logger.error("Unable to take a connection", { err: error }));
  const bound = servers.map((server) => server.address() as AddressInfo);
  logAddresses(bound, webFile, logger);
  const abort = (): void => void close();
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort, { once: true });
  return {
    addresses: bound.map(formatAddress),
    urls: bound.map((address) => `${webFile?.isTls() ? "https" : "http"}://${reachableAddress(address)}`),
    close(deadlineMs) {
      signal?.removeEventListener("abort", abort);
      return close(deadlineMs);
    },
  };
}

/** An address, or a socket that is open already. */
type Place = ListenAddress | { readonly fd: number };

function placesOf({ addresses, isSystemdSocket, flag = DEFAULT_FLAG, logger }: ListenOptions): readonly Place[] {
  if (isSystemdSocket) {
    logger.info("Listening on systemd activated listeners instead of port listeners.");
    return takeInheritedSockets().map((fd) => ({ fd }));
  }
  if (addresses.length === 0) throw new Error(`cannot listen: no address was given by ${flag}`);
  return addresses.map(parseListenAddress);
}

function logAddresses(bound: readonly AddressInfo[], webFile: WebFile | undefined, logger: Logger): void {
  const isTls = webFile?.isTls() ?? false;
  for (const address of bound.map(formatAddress)) {
    logger.info("Listening on", { address });
    logger.info(isTls ? "TLS is enabled." : "TLS is disabled.", { http2: isTls && (webFile?.offersHttp2() ?? false), address });
  }
}

/** What all addresses of a service share. */
interface Service {
  readonly createServer: () => Server;
  /** Lets connections of HTTP/2 end with their last answers. */
  readonly drain: () => void;
}

function createService(
  { app, readTimeoutMs = DEFAULT_READ_TIMEOUT_MS }: ListenOptions,
  webFile: WebFile | undefined,
  connections: Connections,
): Service {
  const options = { maxHeaderSize: MAX_HEADER_BYTES, connectionsCheckingInterval: CHECK_INTERVAL_MS };
  const guarded = (handler: Handler): Handler => connections.counted(webFile === undefined ? handler : webFile.guard(handler));
  const handler = refuseAmbiguous(oneAtATime(guarded(app)));
  const headersTimeoutMs = Math.min(HEADERS_TIMEOUT_MS, readTimeoutMs);
  const http2 = createHttp2Sessions(guarded(http2App(app)), readTimeoutMs);

  function createServer(): Server {
    const server = webFile?.isTls()
      ? createTlsServer({ webFile, options, handler, http2, connections, handshakeTimeoutMs: headersTimeoutMs })
      : createHttpServer(options, handler);
    connections.watch(server);
    server.headersTimeout = headersTimeoutMs;
    server.requestTimeout = readTimeoutMs;
    server.keepAliveTimeout = readTimeoutMs;
    return server;
  }
  return { createServer, drain: http2.drain };
}

function listenOn(place: Place, server: Server, flag: string = DEFAULT_FLAG): Promise<Server> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      reject(new Error(`cannot listen on ${nameOf(place)}: ${reasonNotToListen(error, flag)}`, { cause: error }));
    };
    server.once("error", fail);
    server.listen("fd" in place || place.host !== undefined ? place : { port: place.port }, () => {
      server.off("error", fail);
      // Connections are told apart by their addresses, which those of a Unix socket don't have.
      if (typeof server.address() === "object" && server.address() !== null) return resolve(server);
      server.close();
      reject(new Error(`cannot listen on ${nameOf(place)}: it is not a TCP socket`));
    });
  });
}

function nameOf(place: Place): string {
  if ("fd" in place) return `file descriptor ${place.fd}`;
  return place.host === undefined ? `:${place.port}` : formatAddress({ address: place.host, port: place.port });
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
