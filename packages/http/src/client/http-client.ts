import { readFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { createGunzip, createInflate } from "node:zlib";
import type { Readable } from "node:stream";
import { reveal } from "@ferula/config";
import { Agent, type Dispatcher } from "undici";
import type { HttpClientConfig } from "./http-config.ts";
import { networkErrorText } from "./network-error.ts";

/** A request. Errors of the network are thrown as HttpClientError; any status is an answer. */
export interface HttpRequest {
  readonly url: string;
  readonly method?: "GET" | "POST" | "PUT" | "DELETE" | "HEAD";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal: AbortSignal;
  /** More bytes, unpacked, end the request with an error that names the limit. Default: 64 MiB. */
  readonly maxBodyBytes?: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; a header that came twice is joined by commas. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/** Takes the parts of a body as they come. A part is only valid during the call. */
export type BodySink = (bytes: Uint8Array) => void;

export interface HttpClient {
  readonly request: (request: HttpRequest) => Promise<HttpResponse>;
  /** As `request`, with the body handed to `sink` instead of gathered; the body of the answer is empty. */
  readonly stream: (request: HttpRequest, sink: BodySink) => Promise<HttpResponse>;
  /** Closes idle connections and aborts those in use. */
  readonly close: () => Promise<void>;
}

/** A request that got no answer, or none that could be read. The message is as Go's net/http words it: users search for it. */
export class HttpClientError extends Error {
  override name = "HttpClientError";
}

export interface HttpClientOptions {
  readonly userAgent: string;
  /** A socket to dial instead of the address. */
  readonly socketPath?: string;
}

const MAX_REDIRECTS = 10;
const DEFAULT_MAX_BODY_BYTES = 64 << 20;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 300_000;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const VERSIONS = { TLS10: "TLSv1", TLS11: "TLSv1.1", TLS12: "TLSv1.2", TLS13: "TLSv1.3" } as const;

/** A client with connections of its own. `config` undefined is a client with every default. */
export function createHttpClient(config: HttpClientConfig | undefined, { userAgent, socketPath }: HttpClientOptions): HttpClient {
  const agent = new Agent({
    connect: {
      timeout: CONNECT_TIMEOUT_MS,
      ...(socketPath === undefined ? {} : { socketPath }),
      ...(config === undefined ? {} : tlsOptions(config)),
    },
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Time limits are the caller's signal alone: one clock, one message.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 1 << 20,
    pipelining: 1,
  });

  async function send(request: HttpRequest, sink: BodySink): Promise<HttpResponse> {
    const origin = new URL(request.url).host;
    let url = request.url;
    let method = request.method ?? "GET";
    let body = request.body;
    for (let redirects = 0; ; redirects++) {
      // Credentials are for the host that was configured, not for where it sends us.
      const isHome = new URL(url).host === origin;
      const headers = {
        "user-agent": userAgent,
        ...lowerCased(request.headers),
        ...(config === undefined ? {} : await configuredHeaders(config, isHome)),
      };
      const response = await dispatch(agent, { url, method, headers, body, signal: request.signal });
      const location = response.headers["location"];
      if (config?.follow_redirects === false || !REDIRECTS.has(response.statusCode) || typeof location !== "string") {
        return await readResponse(response, request, sink);
      }
      await response.body.dump();
      if (redirects === MAX_REDIRECTS) throw new HttpClientError(`${method} "${url}": stopped after ${MAX_REDIRECTS} redirects`);
      url = new URL(location, url).href;
      if (response.statusCode < 307 && method !== "HEAD") {
        method = "GET";
        body = undefined;
      }
    }
  }

  return {
    stream: send,
    async request(request) {
      const parts: Uint8Array[] = [];
      const response = await send(request, (bytes) => parts.push(Uint8Array.from(bytes)));
      return { ...response, body: Buffer.concat(parts) };
    },
    close: () => agent.destroy(),
  };
}

interface DispatchOptions {
  readonly url: string;
  readonly method: NonNullable<HttpRequest["method"]>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  readonly signal: AbortSignal;
}

async function dispatch(agent: Agent, { url, method, headers, body, signal }: DispatchOptions): Promise<Dispatcher.ResponseData> {
  const { origin, pathname, search } = new URL(url);
  try {
    return await agent.request({ origin, path: pathname + search, method, headers, body: body ?? null, signal });
  } catch (error) {
    throw new HttpClientError(`${method === "POST" ? "Post" : "Get"} "${url}": ${networkErrorText(error, signal)}`, { cause: error });
  }
}

async function readResponse(
  response: Dispatcher.ResponseData,
  { signal, maxBodyBytes = DEFAULT_MAX_BODY_BYTES }: HttpRequest,
  sink: BodySink,
): Promise<HttpResponse> {
  let size = 0;
  try {
    for await (const chunk of unpacked(response) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > maxBodyBytes) throw new HttpClientError(`body size limit exceeded: the answer is larger than ${maxBodyBytes} bytes`);
      sink(chunk);
    }
  } catch (error) {
    response.body.destroy();
    if (error instanceof HttpClientError) throw error;
    throw new HttpClientError(networkErrorText(error, signal), { cause: error });
  }
  return { status: response.statusCode, headers: headerMap(response.headers), body: new Uint8Array() };
}

/** The body without its encoding, as a stream that makes no more than it is asked for: a bomb is noticed while it goes off. */
function unpacked(response: Dispatcher.ResponseData): Readable {
  const encoding = response.headers["content-encoding"];
  const unpack = encoding === "gzip" || encoding === "x-gzip" ? createGunzip() : encoding === "deflate" ? createInflate() : undefined;
  if (unpack === undefined) return response.body;
  response.body.on("error", (error) => unpack.destroy(error));
  unpack.on("close", () => response.body.destroy());
  return response.body.pipe(unpack);
}

function headerMap(headers: Readonly<Record<string, string | string[] | undefined>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]));
}

function lowerCased(headers: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Files are read at each request, so that a renewed password counts at once. */
async function configuredHeaders(config: HttpClientConfig, isHome: boolean): Promise<Readonly<Record<string, string>>> {
  const headers: Record<string, string> = {};
  for (const [name, { values, secrets, files }] of config.http_headers) {
    const fromFiles = await Promise.all(files.map(readTrimmed));
    headers[name.toLowerCase()] = [...values, ...secrets.map((value) => (value === undefined ? "" : reveal(value))), ...fromFiles].join(
      ", ",
    );
  }
  const authorization = isHome ? await authorizationHeader(config) : undefined;
  if (authorization !== undefined) headers["authorization"] = authorization;
  return headers;
}

async function authorizationHeader(config: HttpClientConfig): Promise<string | undefined> {
  const { basic_auth: basic, authorization, bearer_token: token, bearer_token_file: tokenFile } = config;
  if (basic !== undefined) {
    const user = basic.username_file === "" ? basic.username : await readTrimmed(basic.username_file);
    const password =
      basic.password_file === "" ? (basic.password === undefined ? "" : reveal(basic.password)) : await readTrimmed(basic.password_file);
    return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  }
  if (authorization !== undefined) {
    const { credentials, credentials_file: file, type } = authorization;
    return `${type} ${file === "" ? (credentials === undefined ? "" : reveal(credentials)) : await readTrimmed(file)}`;
  }
  if (token !== undefined) return `Bearer ${reveal(token)}`;
  return tokenFile === "" ? undefined : `Bearer ${await readTrimmed(tokenFile)}`;
}

async function readTrimmed(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new HttpClientError(`unable to read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function tlsOptions({
  tls_config: tls,
}: HttpClientConfig): Pick<ConnectionOptions, "rejectUnauthorized" | "ca" | "cert" | "key" | "servername" | "minVersion" | "maxVersion"> {
  const text = (inline: string, file: string): string | undefined => (file === "" ? inline || undefined : readFileSync(file, "utf8"));
  const ca = text(tls.ca, tls.ca_file);
  const cert = text(tls.cert, tls.cert_file);
  const key = text(tls.key === undefined ? "" : reveal(tls.key), tls.key_file);
  return {
    rejectUnauthorized: !tls.insecure_skip_verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(tls.server_name === "" ? {} : { servername: tls.server_name }),
    ...(tls.min_version === "" ? {} : { minVersion: VERSIONS[tls.min_version] }),
    ...(tls.max_version === "" ? {} : { maxVersion: VERSIONS[tls.max_version] }),
  };
}
