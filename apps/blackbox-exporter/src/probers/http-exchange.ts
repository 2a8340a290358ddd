import { readFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Readable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { createBrotliDecompress, createGunzip, createInflateRaw } from "node:zlib";
import { reveal } from "@ferula/config";
import type { HttpModule } from "../config/blackbox-config.ts";
import { versionInfo } from "../version.ts";
import { CREDENTIALS, type Hop } from "./http-redirect.ts";
import type { Resolved } from "./resolve.ts";
import { tlsConnectOptions } from "./tls-options.ts";

/** The phases of `probe_http_duration_seconds`. */
export const PHASES = ["resolve", "connect", "tls", "processing", "transfer"] as const;

/** One of them. */
export type Phase = (typeof PHASES)[number];

/** A request and its answer. */
export interface Exchange {
  readonly response: IncomingMessage;
  readonly seconds: Readonly<Record<Phase, number>>;
  readonly isSsl: boolean;
  /** Unpacked when the module says how it is packed; what came of it, when there is a problem. */
  readonly body: Buffer;
  /** Why the body could not be read to its end. */
  readonly problem: string | undefined;
}

/** What an exchange needs beside its hop. */
export interface ExchangeOptions {
  readonly http: HttpModule;
  readonly resolved: Resolved;
  /** The Cookie header of what earlier answers have set; "" for none. */
  readonly cookies: string;
  readonly signal: AbortSignal;
  /** Called with the answer's connection, while it still knows its certificates. */
  readonly onTls: (socket: TLSSocket) => void;
}

/** Sends the request of a hop and reads its answer. Fails when there is none; one whose body breaks off is an answer. */
export function exchange(hop: Hop, { http, resolved, cookies, signal, onTls }: ExchangeOptions): Promise<Exchange> {
  const { url, method } = hop;
  const isSsl = url.protocol === "https:";
  const headers = requestHeaders(http, hop);
  if (cookies !== "") headers["cookie"] = headers["cookie"] === undefined ? cookies : `${headers["cookie"]}; ${cookies}`;
  const at = { start: performance.now(), connect: 0, tls: 0, response: 0 };
  // The name goes into the header and into the handshake, the address is what is dialled.
  const serverName = http.tls_config.server_name || headers["host"].replace(/:\d+$/, "");
  return new Promise((resolve, reject) => {
    const send = isSsl ? httpsRequest : httpRequest;
    const request = send({
      host: resolved.address,
      family: resolved.family,
      port: url.port === "" ? (isSsl ? 443 : 80) : Number(url.port),
      path: url.pathname + url.search,
      method,
      headers,
      signal,
      agent: false,
      ...(isSsl ? { ...tlsConnectOptions(http.tls_config), servername: serverName } : {}),
    });
    request.on("socket", (socket) => {
      socket.once("connect", () => (at.connect = performance.now()));
      socket.once("secureConnect", () => (at.tls = performance.now()));
    });
    // Once there is an answer, what goes wrong is told by its body.
    request.on("error", (error) => at.response === 0 && reject(error));
    request.on("response", (response) => {
      at.response = performance.now();
      if (isSsl) onTls(response.socket as TLSSocket);
      readBody(response, http).then(({ body, problem }) => {
        const ready = at.tls || at.connect;
        const seconds = {
          resolve: resolved.seconds,
          connect: (at.connect - at.start) / 1000,
          tls: isSsl ? (at.tls - at.connect) / 1000 : 0,
          processing: (at.response - ready) / 1000,
          transfer: (performance.now() - at.response) / 1000,
        };
        resolve({ response, seconds, isSsl, body, problem });
      }, reject);
    });
    request.end(hop.hasBody ? bodyOf(http) : undefined);
  });
}

function bodyOf({ body, body_file: file }: HttpModule): string | Buffer {
  return file === "" ? body : readFileSync(file);
}

function requestHeaders(http: HttpModule, { url, hostname, isHome, referer }: Hop): Record<string, string> {
  const headers: Record<string, string> = { "user-agent": `Blackbox-Exporter/${versionInfo.version}` };
  if (referer !== "") headers["referer"] = referer;
  for (const [name, value] of http.headers) {
    const key = name.toLowerCase();
    if (key !== "host" && (isHome || !CREDENTIALS.has(key))) headers[key] = value;
  }
  headers["host"] = hostname || url.host;
  const authorization = isHome ? configuredAuthorization(http) : undefined;
  if (authorization !== undefined) headers["authorization"] = authorization;
  return headers;
}

function configuredAuthorization({
  basic_auth: basic,
  authorization,
  bearer_token: token,
  bearer_token_file: tokenFile,
}: HttpModule): string | undefined {
  if (basic !== undefined) {
    return `Basic ${Buffer.from(`${basic.username}:${secretText(basic.password, basic.password_file)}`).toString("base64")}`;
  }
  if (authorization !== undefined) {
    return `${authorization.type} ${secretText(authorization.credentials, authorization.credentials_file)}`;
  }
  return token !== undefined || tokenFile !== "" ? `Bearer ${secretText(token, tokenFile)}` : undefined;
}

function secretText(inline: Parameters<typeof reveal>[0] | undefined, file: string): string {
  if (file !== "") return readFileSync(file, "utf8").trim();
  return inline === undefined ? "" : reveal(inline);
}

async function readBody(
  response: IncomingMessage,
  { compression, body_size_limit: limit }: HttpModule,
): Promise<{ readonly body: Buffer; readonly problem: string | undefined }> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of unpacked(response, compression) as AsyncIterable<Buffer>) {
      size += part.length;
      if (limit > 0 && size > limit) {
        response.destroy();
        parts.push(part.subarray(0, part.length - (size - limit)));
        return { body: Buffer.concat(parts), problem: `the body is larger than the limit of ${limit} bytes` };
      }
      parts.push(part);
    }
  } catch (error) {
    return { body: Buffer.concat(parts), problem: `failed to read HTTP response body: ${(error as Error).message}` };
  }
  return { body: Buffer.concat(parts), problem: undefined };
}

function unpacked(response: IncomingMessage, compression: HttpModule["compression"]): Readable {
  // Whatever the answer says of itself: one that is not packed as the module expects is a failure.
  switch (compression) {
    case "gzip":
      return piped(response, createGunzip());
    case "br":
      return piped(response, createBrotliDecompress());
    case "deflate":
      return piped(response, createInflateRaw());
    case "":
    case "identity":
      return response;
  }
}

/** `pipe` alone would wait for ever for the rest of an answer that broke off. */
function piped(response: IncomingMessage, unpacker: ReturnType<typeof createGunzip>): Readable {
  response.on("error", (error) => unpacker.destroy(error));
  return response.pipe(unpacker);
}
