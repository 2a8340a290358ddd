import { Agent, type Dispatcher } from "undici";
import { createConnector } from "./client-tls.ts";
import { basicAuthorization, configuredHeaders, type HeaderValues } from "./configured-headers.ts";
import { HttpClientError, isHttpClientError } from "./http-client-error.ts";
import type { HttpClientConfig } from "./http-config.ts";
import { networkErrorCode, networkErrorText } from "./network-error.ts";
import { readResponse, type BodySink } from "./read-response.ts";
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

/** What comes before the body of an answer. */
export interface ResponseHead {
  readonly status: number;
  /** Names in lower case; a header that came twice is joined by commas. */
  readonly headers: ReadonlyMap<string, string>;
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
      const response = await dispatch(step, signal);
      const next = config?.follow_redirects === false ? undefined : nextStep(step, response);
      if (next === undefined) {
        const head = { status: response.statusCode, headers: headerMap(response.headers) };
        try {
          onHead?.(head);
        } catch (error) {
          // A short body is read to its end, so that the connection can be used again.
          await response.body.dump();
          throw error;
        }
        await readResponse(response, { maxBodyBytes, signal, isHead: step.method === "HEAD" }, sink);
        return { ...head, body: NO_BODY };
      }
      await response.body.dump();
      if (count === MAX_REQUESTS) throw failed(next, "request", `stopped after ${MAX_REQUESTS} redirects`);
      step = next;
    }
  }

  async function dispatch(step: Step, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    try {
      const options = await requestOptions(step, signal);
      const mayRepeat = step.method === "GET" || step.method === "HEAD";
      for (let attempt = 1; ; attempt++) {
        const before = connectCount;
        try {
          return await agent.request(options);
        } catch (error) {
          // A server may close an idle connection just as we use it: then Go tries another one, where that can do no harm.
          const wasStale = connectCount === before && isConnectionLost(error) && !signal.aborted;
          if (!wasStale || !mayRepeat || attempt === MAX_ATTEMPTS) throw error;
        }
      }
    } catch (error) {
      if (isHttpClientError(error)) throw failed(step, error.code, error.message, error);
      throw failed(step, networkErrorCode(signal), networkErrorText(error, signal), error);
    }
  }

  async function requestOptions(step: Step, signal: AbortSignal): Promise<Dispatcher.RequestOptions> {
    const { url, method, body, headers, isHome } = step;
    const own = config !== undefined && isHome ? await configuredHeaders(config) : {};
    return {
      origin: url.origin,
      path: url.pathname + url.search,
      method: method as Dispatcher.HttpMethod,
      headers: { "user-agent": userAgent, ...userAuthorization(url), ...headers, ...own } as Record<string, string | string[]>,
      body: body ?? null,
      signal,
    };
  }

  return {
    stream: send,
    async request(request) {
      const parts: Uint8Array[] = [];
      const response = await send(request, (bytes) => parts.push(bytes));
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

function nextStep(step: Step, { statusCode, headers }: Dispatcher.ResponseData): Step | undefined {
  let next: Step | undefined;
  try {
    next = redirectStep(step, statusCode, headers["location"]);
  } catch (error) {
    throw failed(step, "network", `failed to parse Location header "${String(headers["location"])}"`, error);
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

function headerMap(headers: Readonly<Record<string, string | string[] | undefined>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]));
}

function lowerCased(headers: Readonly<Record<string, string>>): HeaderValues {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
