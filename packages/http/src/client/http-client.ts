import { Agent, type Dispatcher } from "undici";
import { bodyReader, CallerFailure, discardingReader, type BodyReader, type BodySink } from "./body-reader.ts";
import { createConnector } from "./client-tls.ts";
import { basicAuthorization, configuredHeaders, type HeaderValues } from "./configured-headers.ts";
import { exchange, type ResponseHead } from "./exchange.ts";
import { HttpClientError, isHttpClientError } from "./http-client-error.ts";
import type { HttpClientConfig } from "./http-config.ts";
import { networkErrorCode, networkErrorText } from "./network-error.ts";
import { redirectStep, type Step } from "./redirect.ts";

/** A request. Errors of the network are thrown as HttpClientError; any status is an answer. */
export interface HttpRequest {
  /** A user and password in it count as basic authentication, unless the configuration has one. */
  readonly url: string;
  readonly method?: "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The time limit is an AbortSignal.timeout: its error is `context deadline exceeded`. */
  readonly signal: AbortSignal;
  /** More bytes, unpacked, end the request with an error that names the limit. Default: 64 MiB. */
  readonly maxBodyBytes?: number;
}

/** An answer, whatever its status. */
export interface HttpResponse extends ResponseHead {
  readonly body: Uint8Array;
}

/** Sends requests. */
export interface HttpClient {
  readonly request: (request: HttpRequest) => Promise<HttpResponse>;
  /**
   * As `request`, with the body handed to `sink` instead of gathered; the body of the answer is empty. `onHead` is told of the answer
   * before its body is read, and may refuse it: what it throws ends the request and is thrown on.
   */
  readonly stream: (request: HttpRequest, sink: BodySink, onHead?: (head: ResponseHead) => void) => Promise<HttpResponse>;
  /** Closes idle connections and aborts those in use. */
  readonly close: () => Promise<void>;
}

/** What a client is besides its section. */
export interface HttpClientOptions {
  readonly userAgent: string;
  /** A socket to dial instead of the address. */
  readonly socketPath?: string;
}

/** As many requests as Go sends for one: the tenth redirect is one too many. */
const MAX_REQUESTS = 10;

/** How often a request is sent when one idle connection after another turns out to be closed. */
const MAX_ATTEMPTS = 4;

const DEFAULT_MAX_BODY_BYTES = 64 << 20;
const MAX_HEADER_BYTES = 1 << 20;
const KEEP_ALIVE_MS = 300_000;
const NO_BODY = new Uint8Array();

/**
 * A client with connections of its own. `config` undefined is a client with every default. Throws HttpClientError when certificates
 * can't be used.
 */
export function createHttpClient(config: HttpClientConfig | undefined, { userAgent, socketPath }: HttpClientOptions): HttpClient {
  let connectCount = 0;
  const agent = new Agent({
    connect: createConnector({ tls: config?.tls_config, socketPath, onConnect: () => void connectCount++ }),
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Time limits are the caller's signal alone: one clock, one message.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
    pipelining: 1,
  });

  async function send(request: HttpRequest, sink: BodySink, onHead?: (head: ResponseHead) => void): Promise<HttpResponse> {
    const { signal, maxBodyBytes = DEFAULT_MAX_BODY_BYTES } = request;
    let step = firstStep(request);
    for (let count = 1; ; count++) {
      let next: Step | undefined;
      const current = step;
      const head = await dispatch(step, signal, (answer) => {
        next = config?.follow_redirects === false ? undefined : nextStep(current, answer);
        if (next !== undefined) return discardingReader();
        try {
          onHead?.(answer);
        } catch (error) {
          return discardingReader(error);
        }
        return bodyReader(answer.status, answer.headers, { maxBodyBytes, isHead: current.method === "HEAD" }, sink);
      });
      if (next === undefined) return { ...head, body: NO_BODY };
      if (count === MAX_REQUESTS) throw failed(next, "request", `stopped after ${MAX_REQUESTS} redirects`);
      step = next;
    }
  }

  async function dispatch(step: Step, signal: AbortSignal, onHead: (head: ResponseHead) => BodyReader): Promise<ResponseHead> {
    let isAnswered = false;
    const answered = (head: ResponseHead): BodyReader => {
      isAnswered = true;
      return onHead(head);
    };
    try {
      const options = await requestOptions(step);
      const mayRepeat = step.method === "GET" || step.method === "HEAD";
      for (let attempt = 1; ; attempt++) {
        const before = connectCount;
        try {
          return await exchange(agent, options, signal, answered);
        } catch (error) {
          // A server may close an idle connection just as we use it: then Go tries another one, where that can do no harm.
          const wasStale = connectCount === before && isConnectionLost(error) && !isAnswered && !signal.aborted;
          if (!wasStale || !mayRepeat || attempt === MAX_ATTEMPTS) throw error;
        }
      }
    } catch (error) {
      if (error instanceof CallerFailure) throw error.cause;
      const [code, reason] = isHttpClientError(error)
        ? [error.code, error.message]
        : [networkErrorCode(signal), networkErrorText(error, signal)];
      if (!isAnswered) throw failed(step, code, reason, error);
      throw isHttpClientError(error) ? error : new HttpClientError(code, reason, { cause: error });
    }
  }

  async function requestOptions(step: Step): Promise<Dispatcher.DispatchOptions> {
    const { url, method, body, headers, isHome } = step;
    const own = config !== undefined && isHome ? await configuredHeaders(config) : {};
    return {
      origin: url.origin,
      path: url.pathname + url.search,
      method: method as Dispatcher.HttpMethod,
      headers: { "user-agent": userAgent, ...userAuthorization(url), ...headers, ...own } as Record<string, string | string[]>,
      body: body ?? null,
    };
  }

  return {
    stream: send,
    async request(request) {
      const parts: Uint8Array[] = [];
      const response = await send(request, (bytes) => void parts.push(Uint8Array.from(bytes)));
      return { ...response, body: parts.length === 1 ? parts[0] : Buffer.concat(parts) };
    },
    close: () => agent.destroy(),
  };
}

function firstStep({ url, method = "GET", headers = {}, body }: HttpRequest): Step {
  if (!URL.canParse(url)) throw new HttpClientError("request", `parse "${withoutPassword(url)}": not a URL`);
  const step: Step = { url: new URL(url), method, headers: lowerCased(headers), body, isHome: true };
  checkScheme(step);
  return step;
}

function nextStep(step: Step, { status, headers }: ResponseHead): Step | undefined {
  let next: Step | undefined;
  try {
    next = redirectStep(step, status, headers.get("location"));
  } catch (error) {
    throw failed(step, "network", `failed to parse Location header "${headers.get("location")}"`, error);
  }
  if (next !== undefined) checkScheme(next);
  return next;
}

function checkScheme(step: Step): void {
  const { protocol } = step.url;
  if (protocol !== "http:" && protocol !== "https:")
    throw failed(step, "request", `unsupported protocol scheme "${protocol.slice(0, -1)}"`);
}

/** As Go's url.Error: `Get "http://x/": <reason>`. */
function failed({ method, url }: Step, code: HttpClientError["code"], reason: string, cause?: unknown): HttpClientError {
  const operation = method.slice(0, 1) + method.slice(1).toLowerCase();
  const options = cause === undefined ? undefined : { cause };
  return new HttpClientError(code, `${operation} "${withoutPassword(url.href)}": ${reason}`, options);
}

function withoutPassword(url: string): string {
  return url.replace(/^([^:/?#]+:\/\/[^/?#@:]*):[^/?#]*@/, "$1:***@");
}

function userAuthorization({ username, password }: URL): HeaderValues {
  if (username === "" && password === "") return {};
  return { authorization: basicAuthorization(decodeURIComponent(username), decodeURIComponent(password)) };
}

function isConnectionLost(error: unknown): boolean {
  const { code } = error as { readonly code?: string };
  return code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE";
}

function lowerCased(headers: Readonly<Record<string, string>>): HeaderValues {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
