import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { hostnameOf, portOf, requestTarget } from "@ferula/go-url";
import type { HttpModule } from "../../config/http-module.ts";
import { addressesOf } from "../resolve.ts";
import { tlsConnectOptions } from "../tls-options.ts";
import type { Step } from "./step.ts";
import type { Trace } from "./trace.ts";

/** What a request needs beside its step. */
export interface ExchangeOptions {
  readonly http: HttpModule;
  /** By name in lower case; see wireHeaders. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** The name that the server must show a certificate for. */
  readonly serverName: string;
  /** Filled as the request goes on. */
  readonly trace: Trace;
  readonly signal: AbortSignal;
}

const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ["http", 80],
  ["https", 443],
]);

/**
 * Sends one request on a connection of its own and waits for the head of the answer; the body is left to the caller, and an abort of
 * `signal` ends it too. Fails when there is no answer.
 */
export async function exchange(step: Step, { http, headers, serverName, trace, signal }: ExchangeOptions): Promise<IncomingMessage> {
  const { url, method, body } = step;
  const defaultPort = DEFAULT_PORTS.get(url.scheme);
  if (defaultPort === undefined) throw new Error(`unsupported protocol scheme ${JSON.stringify(url.scheme)}`);
  if (url.host === "") throw new Error("http: no Host in request URL");
  const send = trace.isTls ? httpsRequest : httpRequest;
  trace.startMs = performance.now();
  const addresses = await addressesOf(hostnameOf(url), signal);
  trace.resolvedMs = performance.now();
  return new Promise((resolve, reject) => {
    const request = send({
      // Dialled is what was resolved above: an address as it is, or those of a name in turn.
      host: addresses.length === 1 ? addresses[0].address : hostnameOf(url),
      lookup: lookupOf(addresses),
      port: portOf(url) === "" ? defaultPort : Number(portOf(url)),
      path: requestTarget(url),
      method,
      headers,
      signal,
      agent: false,
      ...(trace.isTls ? tlsConnectOptions(http.tls_config, serverName) : {}),
    });
    request.on("socket", (socket) => {
      socket.once("connect", () => (trace.connectedMs = performance.now()));
      socket.once("secureConnect", () => (trace.securedMs = performance.now()));
    });
    request.on("error", (error) => reject(signal.aborted ? (signal.reason as Error) : error));
    request.on("response", (response) => {
      trace.respondedMs = performance.now();
      resolve(response);
    });
    request.end(body);
  });
}

function lookupOf(addresses: Awaited<ReturnType<typeof addressesOf>>): LookupFunction {
  return (_host, { all }, done) => {
    if (all === true) done(null, [...addresses]);
    else done(null, addresses[0].address, addresses[0].family);
  };
}
