import { formatUrl, hostnameOf, parseUrl, redactUrl, UrlError, type GoUrl } from "@ferula/go-url";
import { bodyReader, CallerFailure, discardingReader, type BodySink } from "./body-reader.ts";
import type { HttpClientConfig } from "./config/http-config.ts";
import { basicAuthorization, configuredHeaders, type AddConfigured, type HeaderValues, type OpenHeaders } from "./configured-headers.ts";
import type { OnHead, ResponseHead } from "./exchange.ts";
import { HttpClientError, isHttpClientError } from "./http-client-error.ts";
import { networkErrorCode, networkErrorText } from "./network-error.ts";
import { createTokenSource } from "./oauth2/token-source.ts";
import { createTokenEndpoint, type TokenEndpoint } from "./oauth2/token-endpoint.ts";
import { redirectStep, type Step } from "./redirect.ts";
import { createTransport, type TransportRequest } from "./transport.ts";

/** A request. Errors of the network are thrown as HttpClientError; any status is an answer. */
export interface HttpRequest {
  /** A user and password in it count as basic authentication, before what the configuration has but for tokens of OAuth 2. */
  readonly url: string;
  readonly method?: "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
  /** Never changed: who repeats a request hands over the same object, and what was made of it before is used again. */
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
  /** A socket to dial instead of the address; no proxy stands before it. */
  readonly socketPath?: string;
}

/** As many requests as Go sends for one: the tenth redirect is one too many. */
const MAX_REQUESTS = 10;

const DEFAULT_MAX_BODY_BYTES = 64 << 20;
const NO_BODY = new Uint8Array();

/**
 * A client with connections of its own. `config` undefined is a client with every default. Throws HttpClientError when certificates
 * can't be used.
 */
export function createHttpClient(config: HttpClientConfig | undefined, { userAgent, socketPath }: HttpClientOptions): HttpClient {
  const endpoint = tokenEndpointOf(config, userAgent);
  const token = endpoint === undefined ? undefined : createTokenSource(endpoint.oauth2, endpoint.post);
  const addConfigured = config === undefined ? undefined : configuredHeaders(config, token);
  const transport = createTransport(config, { userAgent, socketPath });
  const firstStep = rememberSteps();
  /** What goes out for a step, where that is the same each time. */
  const requests = new WeakMap<Step, TransportRequest>();

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
      if (count === MAX_REQUESTS)
        throw new HttpClientError("request", `stopped after ${MAX_REQUESTS} redirects`, {
          operation: operationOf(step.firstMethod),
          url: redactUrl(head.headers.get("location") ?? ""),
        });
      checkUrl(next);
      step = next;
    }
  }

  async function dispatch(step: Step, signal: AbortSignal, onHead: OnHead): Promise<ResponseHead> {
    let isAnswered = false;
    try {
      const request = addConfigured === undefined ? plainRequest(step) : await configuredRequest(step, addConfigured, signal);
      return await transport.send(request, signal, (head) => {
        isAnswered = true;
        return onHead(head);
      });
    } catch (error) {
      if (error instanceof CallerFailure) throw error.cause;
      const [code, reason] = isHttpClientError(error)
        ? [error.code, error.message]
        : [networkErrorCode(signal), networkErrorText(error, signal)];
      if (!isAnswered) throw failed(step, code, reason, error);
      throw isHttpClientError(error) ? error : new HttpClientError(code, reason, { cause: error });
    }
  }

  function plainRequest(step: Step): TransportRequest {
    let request = requests.get(step);
    if (request === undefined) {
      request = transportRequest(step, stepHeaders(step, userAgent));
      requests.set(step, request);
    }
    return request;
  }

  async function configuredRequest(step: Step, add: AddConfigured, signal: AbortSignal): Promise<TransportRequest> {
    const headers = stepHeaders(step, userAgent);
    await add(headers, step.isHome, signal);
    return transportRequest(step, headers);
  }

  return {
    stream: send,
    async request(request) {
      const parts: Uint8Array[] = [];
      const response = await send(request, (bytes) => void parts.push(Uint8Array.from(bytes)));
      return { ...response, body: parts.length === 1 ? parts[0] : Buffer.concat(parts) };
    },
    async close() {
      await Promise.all([transport.close(), endpoint?.close()]);
    },
  };
}

function tokenEndpointOf(config: HttpClientConfig | undefined, userAgent: string): TokenEndpoint | undefined {
  if (config?.oauth2 === undefined) return undefined;
  return createTokenEndpoint(config.oauth2, (section) => createHttpClient(section, { userAgent }));
}

/** Makes the first step of requests, and of one that is repeated only once: to read the URL would cost as much as to send it. */
function rememberSteps(): (request: HttpRequest) => Step {
  /** By the headers, as they go when nobody can repeat the request any more. */
  const known = new WeakMap<object, { readonly urlText: string; readonly step: Step }>();
  return (request) => {
    const { url: urlText, method = "GET", headers, body } = request;
    if (headers === undefined || body !== undefined) return toFirstStep(request);
    const last = known.get(headers);
    if (last !== undefined && last.urlText === urlText && last.step.method === method) return last.step;
    const step = toFirstStep(request);
    known.set(headers, { urlText, step });
    return step;
  };
}

function toFirstStep({ url: text, method = "GET", headers = {}, body }: HttpRequest): Step {
  const url = parsedUrl(text);
  const step: Step = {
    url,
    method,
    firstMethod: method,
    homeHost: hostnameOf(url),
    headers: lowerCased(headers),
    referer: undefined,
    body,
    isHome: true,
  };
  checkUrl(step);
  return step;
}

function parsedUrl(text: string): GoUrl {
  try {
    return parseUrl(text);
  } catch (error) {
    if (!(error instanceof UrlError)) throw error;
    throw new HttpClientError("request", error.reason, { operation: "parse", url: redactUrl(text), cause: error });
  }
}

function nextStep(step: Step, { status, headers }: ResponseHead): Step | undefined {
  const location = headers.get("location");
  try {
    return redirectStep(step, status, location);
  } catch (error) {
    const reason = `failed to parse Location header ${JSON.stringify(redactUrl(location ?? ""))}: ${(error as Error).message}`;
    throw failed(step, "network", reason, error);
  }
}

function checkUrl(step: Step): void {
  const { scheme, host } = step.url;
  if (scheme !== "http" && scheme !== "https") throw failed(step, "request", `unsupported protocol scheme "${scheme}"`);
  if (host === "") throw failed(step, "request", "http: no Host in request URL");
}

function failed({ firstMethod, url }: Step, code: HttpClientError["code"], reason: string, cause?: unknown): HttpClientError {
  return new HttpClientError(code, reason, { operation: operationOf(firstMethod), url: formatUrl(url), cause });
}

/** As Go's url.Error names it: `Get`. */
function operationOf(method: string): string {
  return method.slice(0, 1) + method.slice(1).toLowerCase();
}

function transportRequest({ url, method, body }: Step, headers: OpenHeaders): TransportRequest {
  return { url, method, headers, body };
}

function stepHeaders({ url, headers, referer }: Step, userAgent: string): OpenHeaders {
  // Names come from outside: `constructor` and `__proto__` are to be names like all others.
  const all = Object.assign(Object.create(null) as OpenHeaders, { "user-agent": userAgent }, headers);
  if (referer !== undefined) all["referer"] ??= referer;
  if (url.user !== undefined) all["authorization"] ??= basicAuthorization(url.user.name, url.user.password ?? "");
  return all;
}

function lowerCased(headers: Readonly<Record<string, string>>): HeaderValues {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
