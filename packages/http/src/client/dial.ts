import type { Socket } from "node:net";
import type { buildConnector } from "undici";
// Not from its index: see `agent.ts`.
import connectorOf from "undici/lib/core/connect.js";
import type { ProxyConfig } from "./config/proxy-config.ts";
import { basicAuthorization, secretText } from "./configured-headers.ts";
import { hostPort } from "./endpoint.ts";
import type { TlsOptions } from "./client-tls.ts";
import type { ChooseProxy, Proxy } from "./proxy/choose-proxy.ts";
import { openSocksTunnel } from "./proxy/socks5.ts";
import { openTunnel, type ConnectHeaders } from "./proxy/tunnel.ts";
import { readIntoSharedBuffer } from "./shared-read-buffer.ts";

/** Longer than this neither a connection nor a handshake takes. */
const CONNECT_TIMEOUT_MS = 10_000;

/** The server has chosen HTTP/2: the connection was handed on, and nothing was sent over it yet. */
export class Http2Chosen extends Error {}

/** No connection to a proxy; `cause` says why. */
export class ProxyUnreachable extends Error {}

/** How connections are made. */
export interface DialOptions {
  readonly tls: TlsOptions | undefined;
  /** A socket to dial instead of the address. */
  readonly socketPath: string | undefined;
  readonly chooseProxy: ChooseProxy | undefined;
  /** What a proxy is told when it is asked for a tunnel. */
  readonly connectHeaders: ConnectHeaders;
  /** Takes the connections on which HTTP/2 is to be spoken; undefined where it is not offered. */
  readonly onHttp2: ((origin: string, socket: Socket) => void) | undefined;
  /** Called for every new connection, with the origin that it is for. */
  readonly onConnect: (origin: string) => void;
}

/** Makes connections, and knows those that are on their way. */
export interface Dialer {
  readonly connect: buildConnector.connector;
  /** Ends what is on its way through a proxy. */
  readonly close: () => void;
}

/** Makes the connections of a client: directly, or through a tunnel of a proxy. */
export function createDialer({ tls, socketPath, chooseProxy, connectHeaders, onHttp2, onConnect }: DialOptions): Dialer {
  const dialPlainly = connectorOf({
    timeout: CONNECT_TIMEOUT_MS,
    ...(socketPath === undefined ? {} : { socketPath }),
    onread: readIntoSharedBuffer,
  });
  const secure = connectorOf({
    timeout: CONNECT_TIMEOUT_MS,
    allowH2: onHttp2 !== undefined,
    ...(socketPath === undefined ? {} : { socketPath }),
    ...tls,
  });
  const dialProxy = createProxyDialer(tls);
  const underway = new Set<Socket>();
  const close = new AbortController();

  /** A connection through the proxy to the host that is asked for; TLS with that host is still to come. */
  async function throughProxy(proxy: Proxy, { hostname, port }: buildConnector.Options): Promise<Socket> {
    const socket = await dialProxy(proxy);
    if (close.signal.aborted) {
      socket.destroy();
      throw new Error("the client is closed");
    }
    underway.add(socket);
    try {
      if (isSocks(proxy)) return await openSocksTunnel(socket, { host: hostname, port: Number(port) }, proxy.user);
      return await openTunnel(socket, hostPort(hostname, Number(port)), { ...connectHeaders, ...proxyAuthorization(proxy) });
    } finally {
      underway.delete(socket);
    }
  }

  function secureOver(httpSocket: Socket | undefined, options: buildConnector.Options, callback: buildConnector.Callback): void {
    // The certificate is to be for the host of the URL, or for `server_name`: undici would take a Host header for either.
    const own = { ...options, servername: tls?.servername, ...(httpSocket === undefined ? {} : { httpSocket }) };
    secure(own as buildConnector.Options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      if (onHttp2 === undefined || (socket as { readonly alpnProtocol?: unknown }).alpnProtocol !== "h2") return callback(null, socket);
      onHttp2(originOf(options), socket);
      callback(new Http2Chosen("the server has chosen HTTP/2"), null);
    });
  }

  function connect(options: buildConnector.Options, callback: buildConnector.Callback): void {
    const origin = originOf(options);
    onConnect(origin);
    const isPlain = options.protocol === "http:";
    let proxy: Proxy | undefined;
    try {
      proxy = chooseProxy?.({ isSecure: !isPlain, hostname: options.hostname, port: Number(options.port) });
    } catch (error) {
      return callback(error as Error, null);
    }
    if (proxy === undefined || (isPlain && !isSocks(proxy))) {
      if (isPlain) dialPlainly(options, callback);
      else secureOver(undefined, options, callback);
      return;
    }
    throughProxy(proxy, options).then(
      (socket) => (isPlain ? callback(null, socket) : secureOver(socket, options, callback)),
      (error: unknown) => callback(error as Error, null),
    );
  }

  return {
    connect,
    close() {
      close.abort();
      for (const socket of underway) socket.destroy();
    },
  };
}

/** Makes connections to proxies themselves, over which HTTP/1.1 is spoken: for requests in the clear that a proxy forwards. */
export function createForwardingConnector(tls: TlsOptions | undefined, onConnect: (origin: string) => void): buildConnector.connector {
  const secure = connectorOf({ timeout: CONNECT_TIMEOUT_MS, ...tls });
  const plain = connectorOf({ timeout: CONNECT_TIMEOUT_MS, onread: readIntoSharedBuffer });
  return (options, callback) => {
    onConnect(originOf(options));
    const connect = options.protocol === "https:" ? secure : plain;
    connect(options, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else callback(unreachable(error), null);
    });
  };
}

/** Not into the shared buffer: what comes is read by others than `exchange`, and they may keep it. */
function createProxyDialer(tls: TlsOptions | undefined): (proxy: Proxy) => Promise<Socket> {
  const dial = connectorOf({ timeout: CONNECT_TIMEOUT_MS, ...tls });
  return ({ scheme, hostname, port }) =>
    new Promise((resolve, reject) => {
      const protocol = scheme === "https" ? "https:" : "http:";
      dial({ protocol, hostname, host: hostPort(hostname, port), port: String(port) }, (...[error, socket]) => {
        if (error === null) resolve(socket);
        else reject(unreachable(error));
      });
    });
}

function unreachable(cause: Error): ProxyUnreachable {
  return new ProxyUnreachable("the proxy can't be reached", { cause });
}

/** Whether requests of any kind go through a tunnel of the proxy, instead of being forwarded. */
export function isSocks({ scheme }: Proxy): boolean {
  return scheme === "socks5" || scheme === "socks5h";
}

/** What a proxy is told of who asks. */
export function proxyAuthorization({ user }: Proxy): { readonly "proxy-authorization"?: string } {
  return user === undefined ? {} : { "proxy-authorization": basicAuthorization(user.name, user.password) };
}

/** The headers of CONNECT requests that a section asks for. */
export function connectHeadersOf(config: ProxyConfig | undefined, userAgent: string): ConnectHeaders {
  const own = [...(config?.proxy_connect_header ?? [])].map(([name, values]) => [name.toLowerCase(), values.map(secretText)] as const);
  return { "user-agent": userAgent, ...Object.fromEntries(own) };
}

function originOf({ protocol, host }: buildConnector.Options): string {
  return `${protocol}//${host}`;
}
