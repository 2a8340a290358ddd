import type { Clock } from "@ferula/durations";
import { redactUrl } from "@ferula/go-url";
import { createHttpClient, isHttpClientError, type HttpClientConfig, type HttpResponse } from "@ferula/http";
import { withDeadline } from "@ferula/lifecycle";
import { plainHttpClient } from "../../sections/http-client.ts";
import { readAnswer } from "../json/ask.ts";
import { itemsOf } from "../json/parse.ts";
import type { Read } from "../json/shape.ts";
import { MAX_API_VERSION, negotiatedVersion } from "./api-version.ts";
import type { EngineAddress } from "./engine-address.ts";
import { refusal, unreachableError } from "./engine-errors.ts";

/** A Docker engine's API. */
export interface Engine {
  /**
   * What `path` lists, such as `/containers/json`. `filters` are those of `encodeFilters`. Rejects with an error for the log, in the words of
   * Docker's client where it has them.
   */
  readonly list: <T>(path: string, read: Read<T>, filters: string, signal: AbortSignal) => Promise<readonly T[]>;
  readonly close: () => Promise<void>;
}

/** How an engine is asked. */
export interface EngineOptions {
  /** As configured, for messages. */
  readonly host: string;
  readonly address: EngineAddress;
  /** Counts for engines on the web alone. */
  readonly http: HttpClientConfig;
  /** For each request. */
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly clock: Clock;
}

/** The client for sockets and `tcp`, as Docker's own: proxies of the environment, and no redirects. */
const PLAIN_CLIENT = "{follow_redirects: false, proxy_from_environment: true}";

/** An answer of more bytes is refused: a swarm of thirty thousand tasks has about so many. */
const MAX_ANSWER_BYTES = 128 << 20;

/** A client of its own. Throws HttpClientError when certificates can't be used. */
export function createEngine({ host, address, http, timeoutMs, userAgent, clock }: EngineOptions): Engine {
  const { baseUrl, socketPath, isWeb } = address;
  const client = createHttpClient(isWeb ? http : plainHttpClient(PLAIN_CLIENT), {
    userAgent,
    ...(socketPath === undefined ? {} : { socketPath }),
  });
  const shownHost = redactUrl(host);
  /** Undefined until an engine has told its own. */
  let version: string | undefined;

  async function send(method: "GET" | "HEAD", url: string, signal: AbortSignal): Promise<HttpResponse> {
    try {
      return await withDeadline(timeoutMs, signal, clock, (within) =>
        client.request({ method, url, signal: within, maxBodyBytes: MAX_ANSWER_BYTES }),
      );
    } catch (error) {
      throw unreachableError(shownHost, error);
    }
  }

  /** The answer to a ping: some that stand before an engine refuse HEAD. */
  async function ping(signal: AbortSignal): Promise<HttpResponse> {
    const url = `${baseUrl}/_ping`;
    try {
      const head = await send("HEAD", url, signal);
      if (head.status === 200) return head;
    } catch (error) {
      // An engine that lets one wait would let one wait again.
      if (isHttpClientError(error) && error.code !== "network") throw error;
    }
    return send("GET", url, signal);
  }

  /** The version to speak. Where the ping is refused, or makes no sense, it is asked for again next time. */
  async function agreedVersion(signal: AbortSignal): Promise<string> {
    if (version !== undefined) return version;
    const { status, headers } = await ping(signal);
    if (status >= 200 && status < 300) version = negotiatedVersion(headers.get("api-version") ?? "");
    return version ?? MAX_API_VERSION;
  }

  async function answerOf<T>(path: string, read: Read<T>, filters: string, signal: AbortSignal): Promise<readonly T[]> {
    const url = `${baseUrl}/v${await agreedVersion(signal)}${path}${filters}`;
    const response = await send("GET", url, signal);
    if (response.status < 200 || response.status > 299) throw refusal(response, redactUrl(url));
    return readAnswer(response, url, itemsOf(read), signal);
  }

  return {
    async list(path, read, filters, signal) {
      try {
        return await answerOf(path, read, filters, signal);
      } catch (error) {
        // It may be another engine by the next time, with another version.
        version = undefined;
        throw error;
      }
    },
    close: () => client.close(),
  };
}

/** Filters as a query: JSON of the values by name, each `true` (moby/client `Filters`). Names without values don't count. */
export function encodeFilters(filters: readonly { readonly name: string; readonly values: readonly string[] }[]): string {
  const byName = new Map<string, Set<string>>();
  for (const { name, values } of filters) {
    if (values.length === 0) continue;
    const known = byName.get(name) ?? new Set<string>();
    for (const value of values) known.add(value);
    byName.set(name, known);
  }
  if (byName.size === 0) return "";
  const terms = [...byName].toSorted(byKey).map(([name, values]) => {
    const members = [...values].toSorted().map((value) => `${JSON.stringify(value)}:true`);
    return `${JSON.stringify(name)}:{${members.join(",")}}`;
  });
  return `?filters=${queryEscaped(`{${terms.join(",")}}`)}`;
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function queryEscaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]|%20/g, (char) =>
    char === "%20" ? "+" : `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
