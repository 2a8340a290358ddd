import { Agent, type Dispatcher } from "undici";
import { stampOf } from "../file-stamp.ts";
import { tlsFiles, tlsOptions } from "./client-tls.ts";
import type { HttpClientConfig } from "./config/http-config.ts";
import type { OpenHeaders } from "./configured-headers.ts";
import {
  connectHeadersOf,
  createDialer,
  createForwardingConnector,
  Http2Chosen,
  isSocks,
  proxyAuthorization,
  type Dialer,
} from "./dial.ts";
import { exchange, type OnHead, type ResponseHead } from "./exchange.ts";
import { exchangeHttp2, RequestRefused } from "./http2/http2-exchange.ts";
import { createHttp2Sessions } from "./http2/sessions.ts";
import { chooseProxy, type ChooseProxy } from "./proxy/choose-proxy.ts";

/** One request as it goes out: no redirects, no credentials. */
export interface TransportRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: OpenHeaders;
  readonly body: string | Uint8Array | undefined;
}

/** Sends requests over connections that it keeps. */
export interface Transport {
  /** Rejects with what undici, Node, the signal or `onHead` say, or with HttpClientError. */
  readonly send: (request: TransportRequest, signal: AbortSignal, onHead: OnHead) => Promise<ResponseHead>;
  /** Closes idle connections and ends those in use. */
  readonly close: () => Promise<void>;
}

/** How a transport connects, besides what its section says. */
export interface TransportOptions {
  readonly userAgent: string;
  /** A socket to dial instead of the address. */
  readonly socketPath: string | undefined;
}

/** How often a request is sent when one idle connection after another turns out to be closed. */
const MAX_ATTEMPTS = 4;

const MAX_HEADER_BYTES = 1 << 20;
const KEEP_ALIVE_MS = 300_000;

/** The connections of one state of the certificates. */
interface Connections {
  readonly agent: Agent;
  readonly dialer: Dialer;
  /** Made for the first request that a proxy forwards. */
  forwarding: Agent | undefined;
}

/**
 * A transport with connections of its own. Certificates are read at once, to tell mistakes early, and again when one of the files has
 * changed: the next request has a new connection. Throws HttpClientError when they can't be used.
 */
export function createTransport(config: HttpClientConfig | undefined, { userAgent, socketPath }: TransportOptions): Transport {
  const choose = config === undefined || socketPath !== undefined ? undefined : chooseProxy(config);
  const sessions = config?.enable_http2 === false ? undefined : createHttp2Sessions();
  const files = config === undefined ? [] : tlsFiles(config.tls_config);
  const connectHeaders = connectHeadersOf(config, userAgent);
  /** The origins that requests are under way to. */
  const watched = new Map<string, Watched>();
  const onConnect = (origin: string): void => {
    const one = watched.get(origin);
    if (one !== undefined) one.connectCount++;
  };
  const retired = new Set<Connections>();
  let stamp = stampOf(files);
  let connections = connect();

  function connect(): Connections {
    const tls = config === undefined ? undefined : tlsOptions(config.tls_config);
    const dialer = createDialer({ tls, socketPath, chooseProxy: choose, connectHeaders, onHttp2: sessions?.adopt, onConnect });
    return { agent: createAgent(dialer.connect), dialer, forwarding: undefined };
  }

  function refreshCertificates(): void {
    if (files.length === 0) return;
    const now = stampOf(files);
    if (now === stamp) return;
    const old = connections;
    connections = connect();
    stamp = now;
    sessions?.retireAll();
    retired.add(old);
    Promise.all([old.agent.close(), old.forwarding?.close()]).then(
      () => retired.delete(old),
      () => undefined,
    );
  }

  /** The request in the form in which a proxy forwards it, or undefined where it needs none of that. */
  function forwarded(request: TransportRequest, choose: ChooseProxy): Routed | undefined {
    const proxy = choose(request.url);
    if (proxy === undefined || isSocks(proxy)) return undefined;
    connections.forwarding ??= createAgent(
      createForwardingConnector(config === undefined ? undefined : tlsOptions(config.tls_config), onConnect),
    );
    const { origin, host, pathname, search } = request.url;
    return {
      dispatcher: connections.forwarding,
      options: {
        ...dispatchOptions(request),
        origin: proxy.origin,
        path: `${origin}${pathname}${search}`,
        headers: { host, ...request.headers, ...proxyAuthorization(proxy) },
      },
    };
  }

  async function once(
    request: TransportRequest,
    { dispatcher, options }: Routed,
    signal: AbortSignal,
    onHead: OnHead,
  ): Promise<ResponseHead> {
    if (sessions === undefined || request.url.protocol === "http:") return exchange(dispatcher, options, signal, onHead);
    const { origin, host } = request.url;
    let session = sessions.of(origin);
    if (session === undefined) {
      try {
        return await exchange(dispatcher, options, signal, onHead);
      } catch (error) {
        if (!(error instanceof Http2Chosen)) throw error;
        session = sessions.of(origin);
        if (session === undefined) throw new RequestRefused("the session ended at once", { cause: error });
      }
    }
    const current = session;
    return exchangeHttp2(current, { ...options, authority: host }, signal, onHead, () => sessions.retire(origin, current));
  }

  async function send(request: TransportRequest, signal: AbortSignal, onHead: OnHead): Promise<ResponseHead> {
    const isPlain = request.url.protocol === "http:";
    if (!isPlain) refreshCertificates();
    const routed = (isPlain && choose !== undefined ? forwarded(request, choose) : undefined) ?? {
      dispatcher: connections.agent,
      options: dispatchOptions(request),
    };
    const origin = String(routed.options.origin);
    const target = watched.get(origin) ?? { connectCount: 0, requestCount: 0 };
    watched.set(origin, target);
    target.requestCount++;
    try {
      return await repeatedly(request, routed, target, signal, onHead);
    } finally {
      target.requestCount--;
      if (target.requestCount === 0) watched.delete(origin);
    }
  }

  async function repeatedly(
    request: TransportRequest,
    routed: Routed,
    target: Watched,
    signal: AbortSignal,
    onHead: OnHead,
  ): Promise<ResponseHead> {
    let isAnswered = false;
    const answered: OnHead = (head) => {
      isAnswered = true;
      return onHead(head);
    };
    const mayRepeat = request.method === "GET" || request.method === "HEAD";
    for (let attempt = 1; ; attempt++) {
      const before = target.connectCount;
      try {
        return await once(request, routed, signal, answered);
      } catch (error) {
        // A server may close an idle connection just as we use it: then Go tries another one, where that can do no harm.
        const wasStale = target.connectCount === before && isConnectionLost(error) && mayRepeat;
        if (!(wasStale || error instanceof RequestRefused) || isAnswered || signal.aborted || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  return {
    send,
    async close() {
      sessions?.destroy();
      for (const { agent, forwarding, dialer } of [connections, ...retired]) {
        dialer.close();
        await Promise.all([agent.destroy(), forwarding?.destroy()]);
      }
    },
  };
}

/** An origin that requests are under way to. */
interface Watched {
  /** How many connections were begun meanwhile. */
  connectCount: number;
  requestCount: number;
}

/** A request and the connections that it goes over. */
interface Routed {
  readonly dispatcher: Dispatcher;
  readonly options: Dispatcher.DispatchOptions;
}

function dispatchOptions({ url, method, headers, body }: TransportRequest): Dispatcher.DispatchOptions {
  return { origin: url.origin, path: url.pathname + url.search, method: method as Dispatcher.HttpMethod, headers, body: body ?? null };
}

function createAgent(connect: Dialer["connect"]): Agent {
  return new Agent({
    connect,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Time limits are the caller's signal alone: one clock, one message.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
    pipelining: 1,
  });
}

function isConnectionLost(error: unknown): boolean {
  const { code } = error as { readonly code?: string };
  return code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE";
}
