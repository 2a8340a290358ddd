import { requestTarget, type GoUrl } from "@ferula/go-url";
import type { Agent, Dispatcher } from "undici";
import { stampOf } from "../file-stamp.ts";
import { createAgent } from "./agent.ts";
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
import { endpointOf, type Endpoint } from "./endpoint.ts";
import { exchange, type OnHead, type ResponseHead } from "./exchange.ts";
import { exchangeHttp2, RequestRefused } from "./http2/http2-exchange.ts";
import { createHttp2Sessions } from "./http2/sessions.ts";
import { chooseProxy, type ChooseProxy } from "./proxy/choose-proxy.ts";

/** One request as it goes out: no redirects, no credentials. Never changed: what was made of it is used when it is sent again. */
export interface TransportRequest {
  readonly url: GoUrl;
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

/** From so many origins on those that no request is under way to are forgotten. */
const FEW_ORIGINS = 64;

/** How often a request is sent when one idle connection after another turns out to be closed. */
const MAX_ATTEMPTS = 4;

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
  /** The origins that requests are under way to, and others that were. */
  const watched = new Map<string, Watched>();
  let sweepAt = FEW_ORIGINS;
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
  function forwarded(request: TransportRequest, endpoint: Endpoint, choose: ChooseProxy): Routed | undefined {
    const proxy = choose(endpoint);
    if (proxy === undefined || isSocks(proxy)) return undefined;
    connections.forwarding ??= createAgent(
      createForwardingConnector(config === undefined ? undefined : tlsOptions(config.tls_config), onConnect),
    );
    const options = dispatchOptions(request, endpoint);
    return {
      dispatcher: connections.forwarding,
      options: {
        ...options,
        origin: proxy.origin,
        path: `http://${endpoint.authority}${options.path}`,
        headers: { ...options.headers, ...proxyAuthorization(proxy) },
      },
    };
  }

  async function once(
    { isSecure, origin, authority }: Endpoint,
    { dispatcher, options }: Routed,
    signal: AbortSignal,
    onHead: OnHead,
  ): Promise<ResponseHead> {
    if (sessions === undefined || !isSecure) return exchange(dispatcher, options, signal, onHead);
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
    return exchangeHttp2(current, { ...options, authority }, signal, onHead, () => sessions.retire(origin, current));
  }

  async function send(request: TransportRequest, signal: AbortSignal, onHead: OnHead): Promise<ResponseHead> {
    const endpoint = endpointOf(request.url);
    if (endpoint.isSecure) refreshCertificates();
    const routed = (!endpoint.isSecure && choose !== undefined ? forwarded(request, endpoint, choose) : undefined) ?? {
      dispatcher: connections.agent,
      options: dispatchOptions(request, endpoint),
    };
    const { origin } = routed.options;
    const target = watch(origin);
    target.requestCount++;
    try {
      return await repeatedly(endpoint, routed, target, signal, onHead);
    } finally {
      target.requestCount--;
    }
  }

  /** An origin that is asked again and again stays: to forget and remember it would make a new table of the map for each request. */
  function watch(origin: string): Watched {
    let target = watched.get(origin);
    if (target !== undefined) return target;
    if (watched.size >= sweepAt) {
      for (const [known, { requestCount }] of watched) if (requestCount === 0) watched.delete(known);
      sweepAt = Math.max(FEW_ORIGINS, 2 * watched.size);
    }
    target = { connectCount: 0, requestCount: 0 };
    watched.set(origin, target);
    return target;
  }

  async function repeatedly(
    endpoint: Endpoint,
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
    const { method } = routed.options;
    const mayRepeat = method === "GET" || method === "HEAD";
    for (let attempt = 1; ; attempt++) {
      const before = target.connectCount;
      try {
        return await once(endpoint, routed, signal, answered);
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
  readonly options: Omit<Dispatcher.DispatchOptions, "headers"> & { readonly origin: string; readonly headers: OpenHeaders };
}

const optionsOf = new WeakMap<TransportRequest, Routed["options"]>();

function dispatchOptions(request: TransportRequest, { origin, authority }: Endpoint): Routed["options"] {
  let options = optionsOf.get(request);
  if (options === undefined) {
    const { url, method, headers, body } = request;
    options = {
      origin,
      path: requestTarget(url),
      method: method as Dispatcher.HttpMethod,
      headers: { host: authority, ...headers },
      body: body ?? null,
    };
    optionsOf.set(request, options);
  }
  return options;
}

function isConnectionLost(error: unknown): boolean {
  const { code } = error as { readonly code?: string };
  return code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE";
}
