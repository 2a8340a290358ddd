import { readFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { TLSSocket } from "node:tls";
import { createBrotliDecompress, createGunzip, createInflateRaw } from "node:zlib";
import type { Readable } from "node:stream";
import { reveal } from "@ferula/config";
import { Gauge } from "@ferula/client";
import { CookieJar } from "tough-cookie";
import type { HttpModule } from "../config/blackbox-config.ts";
import { versionInfo } from "../version.ts";
import type { ProbeContext, Prober } from "./prober.ts";
import { resolveTarget } from "./resolve.ts";
import { tlsConnectOptions } from "./tls-options.ts";
import { recordTls } from "./tls-metrics.ts";

const MAX_REDIRECTS = 10;
const PHASES = ["resolve", "connect", "tls", "processing", "transfer"] as const;

type Phase = (typeof PHASES)[number];

/** Asks a URL, follows redirects, and judges the last answer (prober/http.go). */
export const probeHttp: Prober = async (context) => {
  const { module, registry, logger, target } = context;
  const { http } = module;
  const metrics = createHttpMetrics(context);
  let url = new URL(/^https?:\/\//i.test(target) ? target : `http://${target}`);
  let method = http.method;
  let redirects = 0;
  // What one answer sets the next request of the same probe brings along.
  const cookies = new CookieJar();
  const follows = http.follow_redirects && http.no_follow_redirects !== true;
  for (;;) {
    const exchange = await exchangeOnce(url, method, cookies, context, redirects === 0);
    for (const phase of PHASES) metrics.phases.inc({ phase }, exchange.seconds[phase]);
    const { location } = exchange.response.headers;
    const isRedirect =
      exchange.response.statusCode !== undefined &&
      [301, 302, 303, 307, 308].includes(exchange.response.statusCode) &&
      location !== undefined;
    if (!isRedirect || !follows || redirects === MAX_REDIRECTS) {
      // One that is not followed counts, too.
      metrics.redirects.set(isRedirect ? redirects + 1 : redirects);
      return judge(exchange, metrics, context);
    }
    redirects++;
    url = new URL(location, url);
    if (exchange.response.statusCode !== 307 && exchange.response.statusCode !== 308 && method !== "HEAD") method = "GET";
    logger.info("Received redirect", { location: url.href });
    registry.removeSingleMetric("probe_dns_lookup_time_seconds");
    registry.removeSingleMetric("probe_ip_protocol");
    registry.removeSingleMetric("probe_ip_addr_hash");
  }
};

type HttpMetrics = ReturnType<typeof createHttpMetrics>;

function createHttpMetrics({ registry }: ProbeContext) {
  const registers = [registry];
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  const phases = new Gauge({
    name: "probe_http_duration_seconds",
    help: "Duration of http request by phase, summed over all redirects",
    labelNames: ["phase"] as const,
    registers,
  });
  for (const phase of PHASES) phases.set({ phase }, 0);
  return {
    phases,
    contentLength: gauge("probe_http_content_length", "Length of http content response"),
    bodyLength: gauge("probe_http_uncompressed_body_length", "Length of uncompressed response body"),
    redirects: gauge("probe_http_redirects", "The number of redirects"),
    isSsl: gauge("probe_http_ssl", "Indicates if SSL was used for the final redirect"),
    statusCode: gauge("probe_http_status_code", "Response HTTP status code"),
    version: gauge("probe_http_version", "Returns the version of HTTP of the probe response"),
    failedByRegex: gauge("probe_failed_due_to_regex", "Indicates if probe failed due to regex"),
  };
}

interface Exchange {
  readonly response: IncomingMessage;
  readonly seconds: Readonly<Record<Phase, number>>;
  readonly isSsl: boolean;
  /** Unpacked when the module says how it is packed. */
  readonly body: Buffer;
  readonly problem: string | undefined;
}

async function exchangeOnce(url: URL, method: string, cookies: CookieJar, context: ProbeContext, isFirst: boolean): Promise<Exchange> {
  const { module, registry, signal, hostname } = context;
  const { http } = module;
  const resolved = await resolveTarget(url.hostname, http, registry);
  const isSsl = url.protocol === "https:";
  const headers = requestHeaders(http, url, isFirst ? hostname : "");
  const sent = await cookies.getCookieString(url.href);
  if (sent !== "") headers["cookie"] = headers["cookie"] === undefined ? sent : `${headers["cookie"]}; ${sent}`;
  const body = http.body_file === "" ? http.body : readFileSync(http.body_file);
  const at = { start: performance.now(), socket: 0, connect: 0, tls: 0, response: 0 };
  // The name goes into the header and into the handshake, the address is what is dialled.
  const serverName = http.tls_config.server_name || (isFirst ? headers["host"].replace(/:\d+$/, "") : url.hostname);
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
      at.socket = performance.now();
      socket.once("connect", () => (at.connect = performance.now()));
      socket.once("secureConnect", () => (at.tls = performance.now()));
    });
    request.on("error", reject);
    request.on("response", (response) => {
      at.response = performance.now();
      for (const cookie of response.headers["set-cookie"] ?? []) cookies.setCookieSync(cookie, url.href, { ignoreError: true });
      // After the answer the socket may be gone: what it knows of TLS is taken now.
      if (isSsl) {
        for (const name of TLS_METRICS) registry.removeSingleMetric(name);
        recordTls(response.socket as TLSSocket, registry, { withCipher: true });
      }
      readBody(response, http).then(({ body: received, problem }) => {
        const end = performance.now();
        const ready = at.tls || at.connect;
        const seconds = {
          resolve: resolved.seconds,
          connect: (at.connect - at.start) / 1000,
          tls: isSsl ? (at.tls - at.connect) / 1000 : 0,
          processing: (at.response - ready) / 1000,
          transfer: (end - at.response) / 1000,
        };
        resolve({ response, seconds, isSsl, body: received, problem });
      }, reject);
    });
    request.end(body);
  });
}

const TLS_METRICS = [
  "probe_ssl_earliest_cert_expiry",
  "probe_ssl_last_chain_expiry_timestamp_seconds",
  "probe_ssl_last_chain_info",
  "probe_tls_version_info",
  "probe_tls_cipher_info",
];

function requestHeaders(http: HttpModule, url: URL, hostname: string): Record<string, string> {
  const headers: Record<string, string> = { "user-agent": `Blackbox-Exporter/${versionInfo.version}` };
  for (const [name, value] of http.headers) headers[name.toLowerCase()] = value;
  headers["host"] ??= hostname || url.host;
  const { basic_auth: basic, authorization, bearer_token: token } = http;
  const text = (inline: Parameters<typeof reveal>[0] | undefined, file: string): string =>
    file === "" ? (inline === undefined ? "" : reveal(inline)) : readFileSync(file, "utf8").trim();
  if (basic !== undefined)
    headers["authorization"] = `Basic ${Buffer.from(`${basic.username}:${text(basic.password, basic.password_file)}`).toString("base64")}`;
  else if (authorization !== undefined)
    headers["authorization"] = `${authorization.type} ${text(authorization.credentials, authorization.credentials_file)}`;
  else if (token !== undefined || http.bearer_token_file !== "") headers["authorization"] = `Bearer ${text(token, http.bearer_token_file)}`;
  return headers;
}

async function readBody(
  response: IncomingMessage,
  { compression, body_size_limit: limit }: HttpModule,
): Promise<{ body: Buffer; problem: string | undefined }> {
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
      return response.pipe(createGunzip());
    case "br":
      return response.pipe(createBrotliDecompress());
    case "deflate":
      return response.pipe(createInflateRaw());
    case "":
    case "identity":
      return response;
  }
}

function judge({ response, isSsl, body, problem }: Exchange, metrics: HttpMetrics, { module, logger, registry }: ProbeContext): boolean {
  const { http } = module;
  const status = response.statusCode ?? 0;
  metrics.statusCode.set(status);
  metrics.contentLength.set(Number(response.headers["content-length"] ?? -1));
  metrics.bodyLength.set(body.length);
  metrics.version.set(Number(response.httpVersion));
  metrics.isSsl.set(isSsl ? 1 : 0);
  const modifiedMs = Date.parse(response.headers["last-modified"] ?? "");
  if (!Number.isNaN(modifiedMs)) {
    new Gauge({
      name: "probe_http_last_modified_timestamp_seconds",
      help: "Returns the Last-Modified HTTP response header in unixtime",
      registers: [registry],
    }).set(modifiedMs / 1000);
  }
  const fail = (message: string, fields: Readonly<Record<string, unknown>> = {}): boolean => {
    logger.error(message, fields);
    return false;
  };
  if (problem !== undefined) return fail("Failed to read the answer", { err: problem });
  const isValid = http.valid_status_codes.length > 0 ? http.valid_status_codes.includes(status) : status >= 200 && status < 300;
  if (!isValid)
    return fail("Invalid HTTP response status code", {
      status_code: status,
      valid_status_codes: http.valid_status_codes.join(" ") || "2xx",
    });
  const version = `HTTP/${response.httpVersion}`;
  if (http.valid_http_versions.length > 0 && !http.valid_http_versions.includes(version))
    return fail("Invalid HTTP version number", { version });
  if (http.fail_if_ssl && isSsl) return fail("Final request was over SSL");
  if (http.fail_if_not_ssl && !isSsl) return fail("Final request was not over SSL");
  const mismatch = headerMismatch(response, http) ?? bodyMismatch(body, http);
  metrics.failedByRegex.set(mismatch === undefined ? 0 : 1);
  return mismatch === undefined || fail(mismatch);
}

function headerMismatch(response: IncomingMessage, http: HttpModule): string | undefined {
  const values = (header: string): readonly string[] => response.headersDistinct[header.toLowerCase()] ?? [];
  for (const { header, regexp, allow_missing: allowMissing } of http.fail_if_header_matches) {
    if (values(header).length === 0 && !allowMissing) return `Missing required header ${header}`;
    if (values(header).some((value) => regexp?.test(value))) return `Header ${header} matched ${regexp?.pattern}`;
  }
  for (const { header, regexp, allow_missing: allowMissing } of http.fail_if_header_not_matches) {
    if (values(header).length === 0) {
      if (allowMissing) continue;
      return `Missing required header ${header}`;
    }
    if (!values(header).some((value) => regexp?.test(value))) return `Header ${header} did not match ${regexp?.pattern}`;
  }
  return undefined;
}

function bodyMismatch(body: Buffer, http: HttpModule): string | undefined {
  if (http.fail_if_body_matches_regexp.length + http.fail_if_body_not_matches_regexp.length === 0) return undefined;
  const text = body.toString("utf8");
  const matched = http.fail_if_body_matches_regexp.find((regexp) => regexp.test(text));
  if (matched !== undefined) return `Body matched regular expression ${matched.pattern}`;
  const missed = http.fail_if_body_not_matches_regexp.find((regexp) => !regexp.test(text));
  return missed === undefined ? undefined : `Body did not match regular expression ${missed.pattern}`;
}
