import type { IncomingMessage } from "node:http";
import { Gauge } from "@ferula/client";
import { CookieJar } from "tough-cookie";
import type { HttpModule } from "../config/blackbox-config.ts";
import { exchange, PHASES, type Exchange } from "./http-exchange.ts";
import { isRedirect, nextHop, type Hop } from "./http-redirect.ts";
import type { ProbeContext, Prober } from "./prober.ts";
import { chooseAddress, resolveTarget } from "./resolve.ts";
import { recordTls } from "./tls-metrics.ts";

const MAX_REDIRECTS = 10;

/** Asks a URL, follows redirects, and judges the last answer (prober/http.go). */
export const probeHttp: Prober = async (context) => {
  const { module, registry, logger, target, hostname, signal } = context;
  const { http } = module;
  const metrics = createHttpMetrics(context);
  // What one answer sets the next request of the same probe brings along.
  const jar = new CookieJar();
  const follows = http.follow_redirects && http.no_follow_redirects !== true;
  let hop = firstHop(target, hostname, http);
  for (let redirects = 0; ; redirects++) {
    const { url } = hop;
    const resolved = await (redirects === 0 ? resolveTarget(url.hostname, http, registry) : chooseAddress(url.hostname, ANY_ADDRESS));
    const cookies = await jar.getCookieString(url.href);
    const exchanged = await exchange(hop, { http, resolved, cookies, signal, onTls: (socket) => retakeTls(socket, registry) });
    const { response, seconds } = exchanged;
    for (const phase of PHASES) metrics.phases.inc({ phase }, seconds[phase]);
    for (const cookie of response.headers["set-cookie"] ?? []) jar.setCookieSync(cookie, url.href, { ignoreError: true });
    const { location } = response.headers;
    const status = response.statusCode ?? 0;
    if (!isRedirect(status, location) || !follows || redirects === MAX_REDIRECTS) {
      // One that is not followed counts, too.
      metrics.redirects.set(isRedirect(status, location) ? redirects + 1 : redirects);
      return judge(exchanged, metrics, context);
    }
    logger.info("Received redirect", { location });
    hop = nextHop(hop, status, location);
  }
};

/** Only the target itself is looked up as the module says (prober/utils.go `chooseProtocol`). */
const ANY_ADDRESS = { preferred_ip_protocol: "ip4", ip_protocol_fallback: true } as const;

function firstHop(target: string, hostname: string, http: HttpModule): Hop {
  const host = [...http.headers].find(([name]) => name.toLowerCase() === "host")?.[1] ?? "";
  return {
    url: new URL(/^https?:\/\//i.test(target) ? target : `http://${target}`),
    method: http.method,
    hasBody: true,
    hostname: hostname || host,
    isHome: true,
    referer: "",
  };
}

/** The certificates of the last connection are those that are told. */
function retakeTls(socket: Parameters<typeof recordTls>[0], registry: ProbeContext["registry"]): void {
  for (const name of TLS_METRICS) registry.removeSingleMetric(name);
  recordTls(socket, registry, { withCipher: true });
}

const TLS_METRICS = [
  "probe_ssl_earliest_cert_expiry",
  "probe_ssl_last_chain_expiry_timestamp_seconds",
  "probe_ssl_last_chain_info",
  "probe_tls_version_info",
  "probe_tls_cipher_info",
];

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
