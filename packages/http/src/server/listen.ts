import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Logger } from "@ferula/logging";
import type { Express } from "express";
import { openWebFile, type WebFile } from "../web-file/web-file.ts";
import { parseListenAddress, type ListenAddress } from "./addresses.ts";
import { finishApp } from "./create-app.ts";

export interface ListenOptions {
  readonly app: Express;
  /** As in `--web.listen-address`. */
  readonly addresses: readonly string[];
  /** As in `--web.config.file`; "" is none. */
  readonly webConfigFile: string;
  readonly logger: Logger;
  /** How many connections there may be at a time, over all addresses; absent, as many as come. */
  readonly maxConnections?: number;
  /** How long a request may take to arrive, and a connection may stay idle. */
  readonly readTimeoutMs?: number;
  /** The flag that a message about a taken port names. */
  readonly flag?: string;
}

/** A service that listens. */
export interface Listening {
  /** The addresses with the ports that the system chose, as URLs: `http://127.0.0.1:9090`. */
  readonly urls: readonly string[];
  /** Takes no more requests and finishes those that run, but waits no longer than `deadlineMs`. */
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
  const { app, addresses, webConfigFile, logger, flag = "--web.listen-address" } = options;
  finishApp(app, logger);
  const webFile = webConfigFile === "" ? undefined : openWebFile(webConfigFile, logger);
  const servers: Server[] = [];
  try {
    for (const text of addresses) servers.push(await listenOn(parseListenAddress(text), createServer(options, webFile), flag));
  } catch (error) {
    await Promise.all(servers.map((server) => closeServer(server, 0)));
    throw error;
  }
  const scheme = webFile?.isTls() ? "https" : "http";
  const urls = servers.map((server) => `${scheme}://${addressText(server.address() as AddressInfo)}`);
  for (const url of urls) logger.info("Listening on", { address: url, tls: scheme === "https" });
  return {
    urls,
    async close(deadlineMs = DEFAULT_CLOSE_DEADLINE_MS) {
      await Promise.all(servers.map((server) => closeServer(server, deadlineMs)));
    },
  };
}

function createServer(
  { app, maxConnections, readTimeoutMs = DEFAULT_READ_TIMEOUT_MS }: ListenOptions,
  webFile: WebFile | undefined,
): Server {
  const handler = webFile === undefined ? app : webFile.guard(app);
  const options = { maxHeaderSize: MAX_HEADER_BYTES };
  const server = webFile?.isTls() ? createTlsServer(webFile, options, handler) : createHttpServer(options, handler);
  server.headersTimeout = Math.min(HEADERS_TIMEOUT_MS, readTimeoutMs);
  server.requestTimeout = readTimeoutMs;
  server.keepAliveTimeout = readTimeoutMs;
  if (maxConnections !== undefined) server.maxConnections = maxConnections;
  return server;
}

function createTlsServer(
  webFile: WebFile,
  options: { readonly maxHeaderSize: number },
  handler: (req: IncomingMessage, res: ServerResponse) => void,
): Server {
  const server = createHttpsServer({ ...options, ...webFile.tlsOptions() }, handler);
  // A connection comes before its handshake: a renewed certificate is used by the very next client.
  server.prependListener("connection", () => {
    const changed = webFile.changedTls();
    if (changed !== undefined) server.setSecureContext(changed);
  });
  return server;
}

function listenOn({ host, port }: ListenAddress, server: Server, flag: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(new Error(`cannot listen on ${host ?? ""}:${port}: ${reasonNotToListen(error, flag)}`, { cause: error }));
    });
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => resolve(server));
  });
}

function reasonNotToListen(error: NodeJS.ErrnoException, flag: string): string {
  switch (error.code) {
    case "EADDRINUSE":
      return `the port is in use by another program; choose another with ${flag}`;
    case "EACCES":
      return "this user may not use the port";
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return "the machine has no such address";
    default:
      return error.message;
  }
}

async function closeServer(server: Server, deadlineMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const deadline = setTimeout(() => server.closeAllConnections(), deadlineMs);
  await closed;
  clearTimeout(deadline);
}

function addressText({ address, family, port }: AddressInfo): string {
  if (address === "::" || address === "0.0.0.0") return `localhost:${port}`;
  return family === "IPv6" ? `[${address}]:${port}` : `${address}:${port}`;
}
